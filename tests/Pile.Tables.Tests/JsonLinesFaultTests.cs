using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class JsonLinesFaultTests
{
    private const string Good = """{"a":1,"o":{"i":2},"l":[{"m":3}]}""";

    [Theory] // a line, the column and what is found; § is a byte that is not UTF-8
    [InlineData("""{"a":1,"o":{"i":12x}}""", "o.i", "'x}}' at byte 19 is not valid JSON")]
    [InlineData("""{'a':1}""", "", "''a':1}' at byte 2 is not valid JSON")]
    [InlineData("""{"a":1} {"a":2}""", "", "'{\"a\":2}' at byte 9 is not valid JSON")]
    [InlineData("""{"a":None}""", "a", "'None}' at byte 6 is not valid JSON")]
    [InlineData("""{"a":NaN5}""", "a", "is not valid JSON")]
    [InlineData("""{"a":1NaN}""", "a", "is not valid JSON")]
    [InlineData("""{"a":01}""", "a", "is not valid JSON")]
    [InlineData("hello", "", "'hello' is not a JSON object")]
    [InlineData("[1,2]", "", "'[1,2]' is not a JSON object")]
    [InlineData("null", "", "'null' is not a JSON object")]
    [InlineData("""{"a":1,"b":2,"a":3}""", "a", "a repeated key is not allowed")]
    [InlineData("""{"l":[{"m":1,"\u006d":2}]}""", "l.m", "a repeated key is not allowed")]
    [InlineData("""{"a":1,"":2}""", "", "an empty key is not the name of a column")]
    [InlineData("""{"a":"x§y"}""", "a", "at byte 8 is not UTF-8")]
    [InlineData("""{"a":1,"b\ud800":2}""", "", "is not valid Unicode")]
    [InlineData("""{"a":1,"l":[{"m":"\udc00 x"}]}""", "l.m", "'\\udc00 x' is not valid Unicode")]
    [InlineData("""{"a":1,"o":{"i":"tru""", "o.i", "an object that does not end is not valid JSON")]
    [InlineData("""{"b":[[1],[2,3]]}""", "b", "lists in a list of different lengths")]
    [InlineData("""{"b":[[1],2]}""", "b", "lists in a list of different lengths")]
    [InlineData("""{"b":[[1],[[2]]]}""", "b", "lists in a list of different lengths")]
    [InlineData("""{"b":[[[1]],[2]]}""", "b", "lists in a list of different lengths")]
    [InlineData("""{"b":[[],[]]}""", "b", "an empty list in a list")]
    [InlineData("""{"b":[1,[2]]}""", "b", "a list in a list of values is not a value that a column can have")]
    [InlineData("""{"b":[[{"x":1}]]}""", "b", "an object in a list in a list is not a value that a column can have")]
    [InlineData("""{"l":[{"m":[1]}]}""", "l.m", "a list in an object of a list is not a value that a column can have. Write its values "
        + "under keys of their own, or leave the key out: exclude the column when you build a dataset, or remove the key: "
        + "jq -c 'del(.l[].m)' FILE > NEW.jsonl. If the objects of 'l' are the rows, convert it with jq 1.7 or later: jq -c '.l[]' ")]
    [InlineData("""{"l":[{"m":{"n":1}}]}""", "l.m", "an object in an object of a list is not")]
    [InlineData("""{"l":[{"m":1},2]}""", "l", "a list of objects and of other values is not a list of one kind")]
    [InlineData("""{"a":18446744073709551616}""", "a", "'18446744073709551616' is not an integer of 64 bits")]
    [InlineData("""{"a":-9223372036854775809}""", "a", "is not an integer of 64 bits")]
    [InlineData("""{"a":-1.5e999}""", "a", "'-1.5e999' is not in the range of float64")]
    public async Task An_invalid_line_is_an_error_or_is_skipped(string line, string column, string finding)
    {
        using TemporaryFolder folder = new();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(Good + "\n\n"), .. Encoding.Latin1.GetBytes(line + "\n" + Good)];
        await File.WriteAllBytesAsync(folder["t.jsonl"], bytes, TestContext.Current.CancellationToken);
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(() => Tables.Open(folder["t.jsonl"]));
        Assert.Equal((1, column), (e.Row, e.Column));
        Assert.StartsWith($"{folder["t.jsonl"]}, row 1{(column.Length > 0 ? $", column '{column}'" : "")}: line 3: ", e.Message,
            StringComparison.Ordinal);
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);

        List<long> skipped = [];
        using ITableReader table = Tables.Open(folder["t.jsonl"], new TableReadOptions { OnBadRow = bad => skipped.Add(bad.Row) });
        Assert.Equal(2, table.RowCount);
        Assert.Equal(["a", "o.i", "l.m"], table.Columns.Select(c => c.Name));
        Assert.Equal([["1", "1"], ["2", "2"], ["3", "3"]], await Cells.ReadAsync(table));
        Assert.Equal([1L, 1L], skipped);
    }

    [Theory] // Python accepts more: halves of surrogate pairs, repeated keys, any nesting and numbers of any size
    [InlineData(800)]
    [InlineData(3000, Traits = ["Run", "Long"])]
    public void Damaged_lines_are_accepted_only_if_Python_accepts_them(int count)
    {
        using TemporaryFolder folder = new();
        byte[] line = Encoding.UTF8.GetBytes(
            """{"a":12,"o":{"i":-3.5e-7,"t":"x\u00e9\"\\ é😀"},"l":[{"m":NaN},{"m":null}],"b":[true,false],"e":[],"w":-Infinity} """);
        Random random = new(5);
        List<string> lines = [];
        List<string> findings = [];
        for (int i = 0; i < count; i++)
        {
            byte[] damaged = Damage(line, random);
            File.WriteAllBytes(folder["t.jsonl"], [.. Encoding.UTF8.GetBytes(Good + "\n"), .. damaged, (byte)'\n']);
            string finding = "";
            try
            {
                using ITableReader table = Tables.Open(folder["t.jsonl"]);
                foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken)
                    .ToBlockingEnumerable(TestContext.Current.CancellationToken))
                    Assert.Equal(2, batch.RowCount);
            }
            catch (ValueInvalidException e)
            {
                finding = e.Finding;
            }
            lines.Add(Convert.ToBase64String(damaged));
            findings.Add(finding);
        }
        File.WriteAllLines(folder["lines.txt"], lines);
        string[] python = Python.Run("""
            import sys, json, base64
            def is_row(line):
                try: return isinstance(json.loads(base64.b64decode(line).decode('utf-8')), dict)
                except ValueError: return False
            for line in open(sys.argv[1]): print(is_row(line))
            """, folder["lines.txt"]).TrimEnd().Split('\n');
        string[] syntax = ["is not valid JSON", "is not a JSON object", "is not UTF-8"];
        for (int i = 0; i < lines.Count; i++)
            Assert.True(python[i] == "True" ? !syntax.Any(s => findings[i].Contains(s, StringComparison.Ordinal)) : findings[i].Length > 0,
                $"{Encoding.UTF8.GetString(Convert.FromBase64String(lines[i]))}: {findings[i]}");
        Assert.InRange(findings.Count(f => f.Length == 0), count / 30, count - (count / 30));
    }

    private static byte[] Damage(byte[] line, Random random)
    {
        ReadOnlySpan<byte> bytes = "{}[]:,\"\\ue1.-+NIa \t\u0001\u007F"u8;
        List<byte> damaged = [.. line];
        for (int n = random.Next(1, 3); n > 0; n--)
        {
            int at = random.Next(damaged.Count);
            byte value = random.Next(4) == 0 ? (byte)random.Next(0x0E, 0x100) : bytes[random.Next(bytes.Length)];
            switch (random.Next(4))
            {
                case 0: damaged[at] = value; break;
                case 1: damaged.Insert(at, value); break;
                case 2: damaged.RemoveRange(at, Math.Min(random.Next(1, 6), damaged.Count - at)); break;
                default: damaged.InsertRange(at, damaged.GetRange(at / 2, at - (at / 2))); break;
            }
        }
        return [.. damaged];
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    [InlineData(100_000, true)]
    public void Deep_nesting_is_rejected(int depth, bool isRejected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.jsonl"], string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth));
        if (isRejected)
            Assert.Contains("a nesting of more than 64 levels is not a row",
                Assert.Throws<ValueInvalidException>(() => Tables.Open(folder["t.jsonl"])).Message, StringComparison.Ordinal);
        else
            Assert.Equal(127, Tables.Open(folder["t.jsonl"]).Columns[0].Name.Length);
    }

    [Theory] // the rows of two values that have no common type
    [InlineData("1|null|[1]", 2, "a list of values is not a single value, which row 0 has")]
    [InlineData("[]|{}", 1, "an object is not a list, which row 0 has")]
    [InlineData("null|[]|[{}]|[1]", 3, "a list of values is not a list of objects, which row 2 has")]
    [InlineData("{}|\"x\"", 1, "a single value is not an object, which row 0 has")]
    [InlineData("0.5|1|9007199254740993", 2, "9007199254740993 is not exact as float64, which row 0 requires")]
    [InlineData("-9007199254740993|1|NaN", 0, "-9007199254740993 is not exact as float64, which row 2 requires")]
    [InlineData("[1,9007199254740993]|[0.5]", 0, "9007199254740993 is not exact as float64, which row 1 requires")]
    [InlineData("5|-5|9223372036854775808", 2, "9223372036854775808 is not in the range of int64, which row 1 requires")]
    public void Values_without_a_common_type_are_an_error_with_both_rows(string values, long row, string finding)
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["t.jsonl"], values.Split('|').Select(v => $"{{\"o\":{{\"v\":{v}}}}}"));
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(
            () => Tables.Open(folder["t.jsonl"], new TableReadOptions { OnBadRow = _ => { } }));
        Assert.Equal((row, "o.v"), (e.Row, e.Column));
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t.json", " [{\"a\": 1},\n {\"a\": 2}]", "a JSON array (convert it with jq 1.7 or later: jq -c '.[]' FILE > NEW.jsonl)")]
    [InlineData("t.jsonl", "[1, 2]\n", "a JSON array")]
    [InlineData("t.json", "\uFEFF{\n  \"a\": 1\n}\n", "a JSON document over several lines (convert it with jq 1.7 or later: jq -c '.'")]
    [InlineData("t.json", "{\"a\": [\r\n1]}\n", "a JSON document over several lines")]
    [InlineData("t.json", "{\n\"info\": {\"b\": {}},\n\"images\": [{\"id\": 1}], \"annotations\": [{\"id\": 5, \"box\": [{}, {}]}, {}]}\n",
        "a JSON document over several lines (its lists of objects are annotations, images; convert it with jq 1.7 or later: "
            + "jq -c '.annotations[]' FILE > NEW.jsonl)")]
    [InlineData("t.csv", "\uFEFF{\n\"a b\": [{}, {}],\n\"c\": [{}],\n\"d\": [{}, {", "its lists of objects are d, c; convert it")]
    [InlineData("t.csv", "{\"a\": 1}\n", "its content is not CSV: it seems to be JSON Lines. Rename it")]
    [InlineData("t.csv", "{\n\"a\": 1\n}\n", "not CSV: it seems to be a JSON document over several lines (convert it with jq")]
    [InlineData("t.csv", "[{\"a\":1,\"b\":2},{\"a\":3,\"b\":4}]", "not CSV: it seems to be a JSON array (convert it with jq 1.7 or later: "
        + "jq -c '.[]' FILE > NEW.jsonl). Use the converted file.")]
    [InlineData("t.tsv", "[{\"a\":1,\"b\":2},{\"a\":3,\"b\":4}]\n", "is not tab-separated text: it seems to be a JSON array")]
    [InlineData("t.txt", "[\n{\"a\":1},\n{\"a\":3}\n]\n", "is not a text table: it seems to be a JSON array")]
    [InlineData("t.dat", "\uFEFF [ { \"a\":1}]\n", "is not a text table: it seems to be a JSON array")]
    [InlineData("t.tbl", "[{}]", "is not an IPAC table: it seems to be a JSON array")]
    [InlineData("t.jsonl", "# %ECSV 1.0\n", "its content is not JSON Lines: it seems to be ECSV")]
    [InlineData("t.jsonl", "Obj\u0001\u0004\u0014", "Avro, which is not supported (convert it to Parquet, or to JSON Lines")]
    [InlineData("t.jsonl", "\n \n", "it has no line with a value")]
    [InlineData("t.jsonl", "{}\n{}\n", "it has no line with a value")]
    public void Other_content_is_reported_with_a_remedy(string name, string content, string finding)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[name], content);
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder[name])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_in_brackets_is_still_CSV()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "[Fe/H],{x}\n1,2\n");
        Assert.Equal(["[Fe/H]", "{x}"], Tables.Open(folder["t.csv"]).Columns.Select(c => c.Name));
        File.WriteAllText(folder["t.txt"], "[{x}] b\n1 2\n");
        Assert.Equal(["[{x}]", "b"], Tables.Open(folder["t.txt"]).Columns.Select(c => c.Name));
    }

    [Fact]
    public void The_extension_of_Avro_is_rejected_with_a_remedy() =>
        Assert.Contains("Avro files are not supported. Convert it to Parquet, or to JSON Lines, for example with: fastavro FILE.avro",
            Assert.Throws<ArgumentException>(() => Tables.Open("alert.avro.gz")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_line_beyond_64_MiB_is_rejected()
    {
        using TemporaryFolder folder = new();
        using (StreamWriter writer = new(folder["t.jsonl"]))
        {
            writer.Write("{\"a\":1}\n{\"a\":\"");
            for (int i = 0; i < 65; i++)
                writer.Write(new string('x', 1 << 20));
            writer.Write("\"}\n");
        }
        Assert.Contains("the record at line 2 is longer than 64 MiB. Distribute its values",
            Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.jsonl"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_differ_in_every_line_are_rejected()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["t.jsonl"], Enumerable.Range(0, 10_001).Select(i => $"{{\"id{i}\":1}}"));
        Assert.Contains("line 10001: the file has more than 10000 different keys",
            Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.jsonl"])).Message, StringComparison.Ordinal);
    }
}
