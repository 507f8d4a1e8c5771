// What makes a text version good, feature by feature: html_to_text() on small pages.
#include "tests/rewriter/text/page_texts.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

TEST_SUITE("rewriter/plaintext_features") {
    TEST_CASE("links in a row are a bar, icons even from tables of their own") {
        check({
            {"<a href=http://a.example>A</a><a href=http://b.example>B</a>",
             "A [1] | B [2]\n\n[1] http://a.example\n[2] http://b.example\n"},
            {"<table><tr><td><a href=http://a.example><img alt=Facebook></a></table>"
             "<table><tr><td><a href=http://b.example><img alt=TikTok></a></table>",
             "Facebook [1] | TikTok [2]\n\n[1] http://a.example\n[2] http://b.example\n"},
            // What is wider than an icon is a button or a picture, and stands alone.
            {"<table><tr><td><a href=http://a.example><img alt='Begin now' width=120></a></table>"
             "<table><tr><td><a href=http://b.example><img alt=TikTok width=32></a></table>",
             "Begin now [1]\n\nTikTok [2]\n\n[1] http://a.example\n[2] http://b.example\n"},
            // A link in a link to the same page, as some draw buttons; to another page.
            {"<a href=http://a.example><table><tr><td><a href=http://a.example>Go</a></table></a>x",
             "Go [1]\n\nx\n\n[1] http://a.example\n"},
            {"<a href=http://a.example><table><tr><td><a href=http://b.example>Go</a></table></a>x",
             "Go [1] [2]\n\nx\n\n[1] http://b.example\n[2] http://a.example\n"},
            {"<a href=http://a.example>Sh</a><a href=http://a.example>op</a>",
             "Shop [1]\n\n[1] http://a.example\n"},
            {"<a href=http://a.example>A</a> and <a href=http://b.example>B</a>",
             "A [1] and B [2]\n\n[1] http://a.example\n[2] http://b.example\n"},
        });
    }
    TEST_CASE("pictures speak when they have something to say, and once") {
        check({
            {"<img alt='Two red shoes'><p>Two red shoes for you", "Two red shoes for you\n"},
            {"<img alt=Acme><p>x<p><img alt=Acme>", "[Acme]\n\nx\n"},
            {"<img alt=a2ee7f57-1c><img alt=header_v2><img alt=Logo><img alt='12'>", ""},
            {"<a href=http://a.example><img alt=Shop></a><p><a href=http://a.example>Shop</a>",
             "Shop [1]\n\n[1] http://a.example\n"},
            {"<a href=http://a.example><img title='Our shop' src=x></a>",
             "Our shop [1]\n\n[1] http://a.example\n"},
            {"<a href=http://a.example><img src=x></a> <a href=http://a.example>Shop</a>",
             "Shop [1]\n\n[1] http://a.example\n"},
            {"<img alt='large logo'> x <img alt='Header Image'> y <img alt='Acme logo'>",
             "x y [Acme logo]\n"},
            {"<a href=http://a.example><img alt='Red shoes'></a><p>Red shoes",
             "Red shoes [1]\n\n[1] http://a.example\n"},
        });
    }
    TEST_CASE("a picture beside words speaks each time, a logo once") {
        check({
            {"<div>Seats: <img alt=Yes> A1</div><div>Meal: <img alt=Yes> vegan</div>",
             "Seats: [Yes] A1\nMeal: [Yes] vegan\n"},
            {"<table><tr><td>Search<td><img alt=Yes><td><img alt=Yes></table>",
             "Search  [Yes]  [Yes]\n"},
            {"<div><img alt=Acme width=200><p>Hello<p>from <img alt=Acme width=200>",
             "[Acme]\n\nHello\n\nfrom\n"},
            {"<p>Bag: <img alt=No> none, <img alt=In> inside", "Bag: [No] none, [In] inside\n"},
            {"<img alt='Left Space'><img alt=get-the-deal><p>x", "x\n"},
        });
    }
    TEST_CASE("a picture and words that lead to the same site are one link") {
        check({
            {"<a href=http://k.example/?1><img alt='Blue mug'></a><p><a "
             "href=http://k.example/?2>Blue "
             "mug</a>",
             "Blue mug [1]\n\n[1] http://k.example/?2\n"},
            {"<p><a href=http://k.example/?2>Blue mug</a><p><a href=http://k.example/?1><img "
             "alt='Blue "
             "mug'></a>",
             "Blue mug [1]\n\n[1] http://k.example/?2\n"},
            {"<a href=http://k.example/?1><img alt='Blue mug'></a><p><a "
             "href=http://other.example/>Blue "
             "mug</a>",
             "Blue mug [1]\n\nBlue mug [2]\n\n[1] http://k.example/?1\n[2] "
             "http://other.example/\n"},
            {"<table><tr><td><a href=http://x.example/1><img alt=Twitter width=24></a><td><a "
             "href=http://x.example/1>Twitter</a></table>",
             "Twitter [1]\n\n[1] http://x.example/1\n"},
        });
    }
    TEST_CASE("a link that a block ends the paragraph of goes on in the block") {
        check({
            {"<p>Words <a href=http://a.example><div>Shop Now</div></a> more",
             "Words\n\nShop Now [1]\nmore\n\n[1] http://a.example\n"},
            {"<p>One <a href=http://a.example>two<p>three</a> four",
             "One two [1]\n\nthree [1] four\n\n[1] http://a.example\n"},
            {"<p><a href=http://a.example>one</a><div>two</div>",
             "one [1]\n\ntwo\n\n[1] http://a.example\n"},
        });
    }
    TEST_CASE("links in a sentence are no bar, and a linked card is no heading") {
        check({
            {"<p>Please <a href=http://a.example>read</a> <a href=http://b.example>this</a> today",
             "Please read [1] this [2] today\n\n[1] http://a.example\n[2] http://b.example\n"},
            {"<p>Some long text of the mail, so that it is no heading</p><a "
             "href=http://a.example><div><p "
             "style='font-size:22px'>Shop Now</div></a>",
             "Some long text of the mail, so that it is no heading\n\nShop Now [1]\n\n[1] "
             "http://a.example\n"},
        });
    }
    TEST_CASE("what is struck out says so, a check box whether it is checked") {
        check({
            {"<p><s>$30</s> $24, <del>Open</del> <span "
             "style='text-decoration:line-through'>New</span> "
             "Done",
             "~~$30~~ $24, ~~Open~~ ~~New~~ Done\n"},
            {"<ul><li><input type=checkbox checked> Done<li><input type=CheckBox> Open<li><input "
             "type=text> x</ul>",
             "- [x] Done\n- [ ] Open\n- x\n"},
        });
    }
    TEST_CASE("what a row costs stays in the row") {
        check({
            {"<table><tr><td>1 x Wireless noise-cancelling headphones, black<td>$249.00<tr><td>2 x "
             "USB "
             "cable<td>$18.00</table>",
             "1 x Wireless noise-cancelling headphones, black  $249.00\n"
             "2 x USB cable                                     $18.00\n"},
            {"<table><tr><td>Mug<td>$1.00<tr><td>VAT (20%)<br>Reg. no. 123<td>$162.00</table>",
             "Mug             $1.00\nVAT (20%)     $162.00\nReg. no. 123\n"},
            {"<table><thead><th>Item<th>Price</thead><tbody><tr><td>Mug<td>$1.00</table>",
             "Item  Price\nMug   $1.00\n"},
        });
    }
    TEST_CASE(
        "paragraphs without a margin are lines, an empty block with a blank is a blank line") {
        const std::string prose =
            "So many words that one line cannot hold them, which is what makes prose of them.";
        check({
            {"<style>p.MsoNormal{margin:0cm}</style><p class=MsoNormal>Bob Smith<p "
             "class=MsoNormal>1 "
             "Main St<p class=MsoNormal>&nbsp;<p class=MsoNormal>London",
             "Bob Smith\n1 Main St\n\nLondon\n"},
            {"<p style='margin:0 4px'>a<p style='margin:0'>b<p style='margin:0 0 8px'>c<p "
             "style='margin:0.5em'>d",
             "a\nb\n\nc\n\nd\n"},
            {"<div>Subject: Plan</div><div>&nbsp;</div><div>Hi Bob</div>",
             "Subject: Plan\n\nHi Bob\n"},
        });
        const std::string paragraph = "<p style='margin:0'>" + prose;
        const std::string text = html_to_text(paragraph + paragraph);
        CHECK(text.find("\n\nSo many") != text.npos);
    }
    TEST_CASE("cells of several lines side by side stand apart") {
        check({{"<table><tr><td><b>Ship to</b><br>Ann Lee<td><b>Bill to</b><br>Bob Smith</table>",
                "Ship to\nAnn Lee\n\nBill to\nBob Smith\n"}});
    }
    TEST_CASE("a picture without words borrows the name of its site, and only once") {
        check({
            // As in mails whose pictures lead where the words beside them lead.
            {"<a href=http://a.example/1><img src=x></a><p>Seeds for March<p>"
             "<a href=http://a.example/2>Read on</a><p><a href=http://www.A.example/3><img src=x>"
             "</a><p>Tools<p><a href=http://a.example/4>See more</a>",
             "a.example [1]\n\nSeeds for March\n\nRead on [2]\n\nTools\n\nSee more [3]\n\n"
             "[1] http://a.example/1\n[2] http://a.example/2\n[3] http://a.example/4\n"},
            // One picture in slices: no words say where they lead.
            {"<a href=http://a.example/1><img src=x></a><a href=http://a.example/2><img src=x></a>"
             "<p><a href=http://a.example/3><img src=x></a>",
             "a.example [1] [2] [3]\n\n[1] http://a.example/1\n[2] http://a.example/2\n"
             "[3] http://a.example/3\n"},
            {"<a href=http://a.example/1><img src=x></a>Words<p><a href=http://a.example/2>"
             "<img src=x></a>",
             "a.example [1] Words\n\na.example [2]\n\n[1] http://a.example/1\n"
             "[2] http://a.example/2\n"},
            {"<a href=http://a.example/><img src=x></a> <a href=http://b.example/><img src=x></a>"
             "<p><a href=http://c.example/>Leave</a>",
             "a.example [1] | b.example [2]\n\nLeave [3]\n\n[1] http://a.example/\n"
             "[2] http://b.example/\n[3] http://c.example/\n"},
            {"<a href=https://u7.ct.sendgrid.net/ls/click?upn=1><img src=x></a>",
             "u7.ct.sendgrid.net [1]\n\n[1] https://u7.ct.sendgrid.net/ls/click?upn=1\n"},
            {"<a href=http://a.example/>Shop</a><p><a href=candor:unsubscribe><img src=x></a>",
             "Shop [1]\n\nunsubscribe [2]\n\n[1] http://a.example/\n[2] candor:unsubscribe\n"},
        });
    }
    TEST_CASE(
        "the mark of a link never stands on a line of its own, and no line begins with a bar") {
        check({
            {"<a href=http://a.example/>Seeds, bulbs and saplings for small gardens</a> "
             "<a href=http://b.example/>Tools for hedges and roses</a> <a href=http://c.example/>"
             "Soil</a>",
             "Seeds, bulbs and saplings for small gardens [1] | Tools for hedges and\nroses [2] | "
             "Soil [3]\n\n[1] http://a.example/\n[2] http://b.example/\n[3] http://c.example/\n"},
            {"<a href=http://a.example/>Seeds, bulbs and saplings for quite small gardens</a> "
             "<a href=http://b.example/>Garden tools</a> <a href=http://c.example/>Soil</a>",
             "Seeds, bulbs and saplings for quite small gardens [1] | Garden tools [2] |\n"
             "Soil [3]\n\n[1] http://a.example/\n[2] http://b.example/\n[3] http://c.example/\n"},
            {"<p>A headline of so many words that the mark of its link, and only it, fits <a "
             "href=http://a.example/>not</a>",
             "A headline of so many words that the mark of its link, and only it, fits\nnot [1]\n\n"
             "[1] http://a.example/\n"},
            {"<p>A headline of so many words that the mark of the link that it has will <a "
             "href=http://a.example/>not</a>",
             "A headline of so many words that the mark of the link that it has will\nnot [1]\n\n"
             "[1] http://a.example/\n"},
            {"<a href=http://a.example/><h1>Autumn seeds</h1></a><p>Now here",
             "Autumn seeds [1]\n================\n\nNow here\n\n[1] http://a.example/\n"},
            {"<a href=http://a.example/><h2>Seeds for a garden that has much sun and little "
             "rain</h2></a>x",
             "Seeds for a garden that has much sun and little rain [1]\n"
             "--------------------------------------------------------\n\nx\n\n"
             "[1] http://a.example/\n"},
        });
        for (std::size_t words = 1; words < 30; ++words) {
            std::string html = "<a href=http://a.example/><h1>";
            for (std::size_t i = 0; i < words; ++i) html += "seeds ";
            const std::string text = html_to_text(html + "</h1></a>");
            CAPTURE(text);
            CHECK(text.find("\n[1]\n") == text.npos);
            CHECK(text.find("seeds [1]\n") != text.npos);
        }
    }
    TEST_CASE("a paragraph in the last row of a table stands below the table") {
        check({
            {"<div>Your order</div><table><tr><td>Tea<td>$6.00<tr><td>Cups<td>$9.00<tr><td "
             "colspan=2>Please do not answer this mail: nobody reads what comes in here. "
             "We wish you a good day.</table>",
             "Your order\n\nTea   $6.00\nCups  $9.00\n\nPlease do not answer this mail: nobody "
             "reads what comes in here. We wish\nyou a good day.\n"},
            {"<table><tr><td>Tea<td>$6.00<tr><td>Cups<td>$9.00<tr><td colspan=2>By post"
             "<tr><td>Parcel<td>$3.00</table>",
             "Tea   $6.00\nCups  $9.00\nBy post\nParcel  $3.00\n"},
        });
    }
    TEST_CASE("amounts stand to the right, also where each row is a table of its own") {
        check({
            {"<table><tr><td>Subtotal<td align=right>$198.00</table>"
             "<table><tr><td>Tax<td align=right>$6.00</table><p>Thanks",
             "Subtotal  $198.00\nTax         $6.00\n\nThanks\n"},
            {"<table><tr><td>Tea<td>2<td>$6.00<tr><td colspan=2>Total<td>$16.00</table>",
             "Tea  2   $6.00\nTotal   $16.00\n"},
            {"<table><tr><td>&bull;<td>"
             "A sentence that is long enough to need more than one "
             "line of text here</table>",
             "\xE2\x80\xA2 A sentence that is long enough to need more than one line of text\n"
             "  here\n"},
            {"<table><caption>Hours<tr><th>Mon<td>9-5</table>", "Hours\n\nMon  9-5\n"},
        });
    }
    TEST_CASE("a cell of two lines stays in its row of a data table, and goes on below") {
        check({
            {"<table><tr><th>Item<th>Qty<th>Price<tr><td>A<td>2<td align=right>$10.00<tr><td>B<br>"
             "<small>SKU 12</small><td>1<td align=right>$2.00<tr><td>C<td>1<td align=right>$3.00"
             "</table>",
             "Item    Qty   Price\nA         2  $10.00\nB         1   $2.00\nSKU 12\n"
             "C         1   $3.00\n"},
            {"<table><tr><th>Item<th>Price<tr><td>Tea<td>$2.00<br>$1.00<tr><td><a "
             "href=http://a.example>Cup</a><br>white<td>$13.00</table>",
             "Item      Price\nTea       $2.00\n          $1.00\nCup [1]  $13.00\nwhite\n\n"
             "[1] http://a.example\n"},
            // No bar between links that stand below one another.
            {"<table><tr><th>Item<th>For<tr><td><a href=http://a.example>A</a><br><a "
             "href=http://b.example>B</a><td>x</table>",
             "Item   For\nA [1]  x\nB [2]\n\n[1] http://a.example\n[2] http://b.example\n"},
            // Prose and what is more than lines fall out of the table.
            {"<table><tr><th>Item<th>For<tr><td>Tea<ul><li>green<li>black</ul><td>Ann</table>",
             "Item  For\nTea\n\n- green\n- black\n\nAnn\n"},
            {"<table><tr><th>Item<th>For<tr><td>Tea that is grown on the south side of high hills"
             "<br>and dried in the shade<td>Ann</table>",
             "Item  For\nTea that is grown on the south side of high hills\n"
             "and dried in the shade\nAnn\n"},
            // Where the columns do not fit into the page, there is no place below.
            {"<table><tr><th>Item<th>For<tr><td>Tea<br>green<td>Ann<tr><td>Tea that is grown on "
             "the "
             "south side of high hills and dried<td>Beatrix Potter</table>",
             "Item  For\nTea green  Ann\nTea that is grown on the south side of high hills and "
             "dried Beatrix\nPotter\n"},
            // A layout table is none.
            {"<table><tr><td>Tea<br>green<td>Ann</table>", "Tea\ngreen\nAnn\n"},
        });
    }
    TEST_CASE("columns that a right-to-left row turns around are read in the order one sees") {
        check({
            {"<table dir=rtl><tr><td dir=ltr><p>second<p>b<td dir=ltr><p>first<p>a</table>",
             "first\n\na\n\nsecond\n\nb\n"},
        });
    }
    TEST_CASE("headings by looks alone are headings") {
        check({
            {"<p style='font-size:24px'>News today</p>"
             "<p>And a text of some length below it.",
             "News today\n----------\n\nAnd a text of some length below it.\n"},
            {"<div><b>Hours</b></div><div>Open all day, every day of the week.</div>",
             "Hours\n\nOpen all day, every day of the week.\n"},
            {"<div style='font-size:24px'>$9</div><div>A text of some length below.</div>",
             "$9\n\nA text of some length below.\n"},
            {"<h1>====</h1>x", "====\n\nx\n"},
        });
    }
    TEST_CASE("line ends and blanks that a style keeps are kept") {
        check({
            {"<div style='white-space:pre-wrap'>Please ship to:\n12  Main Street\n  Dublin 2\n"
             "</div>x",
             "Please ship to:\n12  Main Street\n  Dublin 2\nx\n"},
            {"<p style='white-space:pre'>a\n b<p>c\nd", "a\n b\n\nc d\n"},
            {"<p style='white-space: break-spaces'>a\n\n\nb", "a\n\nb\n"},
            {"<style>.t{white-space:pre-line}</style><p class=t>a   b \n  c", "a b\nc\n"},
            {"<div style='white-space:pre-line'>a\n<p style='white-space:normal'>b\nc</p></div>",
             "a\n\nb c\n"},
            {"<pre>a\nb<span style='white-space:nowrap'> c\nd</span></pre>", "a\nb c d\n"},
            {"<pre style='white-space:normal'>a\nb</pre>", "a b\n"},
            // In the middle of a sentence, and around the mark of a link.
            {"Dear <span style='white-space:pre-wrap'>Ann,  see</span> us", "Dear Ann,  see us\n"},
            {"<div style='white-space:pre-wrap'>See <a href=http://a.example>us</a>  "
             "now\nBye</div>",
             "See us [1]  now\nBye\n\n[1] http://a.example\n"},
            // What stands between rows and items is nobody's.
            {"<div style='white-space:pre'><table>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n<tr>\n"
             "<td>c</td>\n<td>d</td>\n</tr>\n</table><ul>\n<li>e</li>\n\n<li>f</li>\n</ul></div>",
             "a  b\nc  d\n\n- e\n- f\n"},
            {"<table style='white-space:pre'><tr><td>1 Main St\nDublin<td>b</table>",
             "1 Main St\nDublin\nb\n"},
            // Joiners and breaks are those of other text.
            {"<p style='white-space:pre-wrap'>\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
             "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB\n"},
        });
    }
    TEST_CASE("raised numbers are marked, raised letters are not") {
        check({
            {"E = mc<sup>2</sup>, the 1<sup>st</sup>, Acme<sup>&reg;</sup>, H<sub>2</sub>O",
             "E = mc^2, the 1st, Acme\xC2\xAE, H2O\n"},
        });
        check(
            {{"<p>Milk $1<sup>99</sup>, &euro; 20<sup>05</sup>, 10<sup>-3</sup>, "
              "x<sup>&minus;2</sup>, "
              "5<sup>22</sup>",
              "Milk $1.99, \u20AC 20.05, 10^-3, x^\u22122, 5^22\n"}});
    }
    TEST_CASE("quotes are quoted by level, mere indents are not") {
        check({
            {"<div class=gmail_quote>Ann wrote:<blockquote class=gmail_quote>a<blockquote>b"
             "</blockquote></blockquote></div>c",
             "Ann wrote:\n\n> a\n>\n>> b\n\nc\n"},
            {"<blockquote style='border:none;margin:0 0 0 40px'>in</blockquote>", "  in\n"},
        });
    }
    TEST_CASE("Persian keeps its joiners, emoji theirs, preheader padding goes") {
        check({
            {"\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1\xD9\x88\xD9\x85",
             "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1\xD9\x88\xD9\x85\n"},
            {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
             "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F"
             "\x92\xBB\n"},
            {"<p>&#847;&zwnj;&nbsp;&#8199;&#65279;&#10240;&#847;</p>x", "x\n"},
        });
    }
    TEST_CASE("words without blanks break where their script allows it, by the columns they take") {
        std::string html;
        for (int i = 0; i < 40; ++i) html += "\xE6\xBC\xA2";  // two columns each
        html += "\xE3\x80\x82";                               // a full stop begins no line
        const std::string text = html_to_text(html);
        CHECK(text.find('\n') == 36 * 3);
        CHECK(html_to_text("<p>a/b-c?d=" + std::string(90, 'x')).find('\n') == 98);
    }
    TEST_CASE("format=flowed: wrapped lines end in a blank, what looks like a mark is stuffed") {
        const auto flowed = [](std::string_view html) {
            return html_to_text(html, LineFormat::Flowed);
        };
        std::string words;
        for (int i = 0; i < 20; ++i) words += "words ";
        const std::string line = words.substr(0, 72);
        CHECK(flowed("<p>" + words) == line + "\n" + words.substr(72, 47) + "\n");
        // A hanging indent would leave blanks in the middle of the line when joined.
        const std::string item = flowed("<ul><li>" + words + "</ul>");
        CHECK(item.find(" \n") == item.npos);
        CHECK(flowed("<p>&gt; no quote<p>From here<p>x") == " > no quote\n\n From here\n\nx\n");
        CHECK(flowed("<blockquote>a</blockquote>") == "> a\n");
        CHECK(flowed("<p>Bye<br>--<br>Ann") == "Bye\n-- \nAnn\n");
        CHECK(flowed("<pre>  a\nb</pre>") == "   a\nb\n");
    }
    TEST_CASE("a text is never longer than what one sees, its marks and its list of links") {
        std::string html;
        for (int i = 0; i < 500; ++i) {
            html += "<table><tr><td><a href=http://a.example/" + std::to_string(i) +
                    ">word</a></td><td>word</td></tr></table>";
        }
        CHECK(html_to_text(html).size() < html.size());
    }
}
