using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class JsonLinesTests
{
    private static readonly string[] Lines =
    [
        """{"id": 472263571115115000, "ra": 18.25, "name": "M31 \"Ändromeda\" \ud83d\ude00\n", "ok": true, "mix": 1.50, "n": null}""",
        "",
        """  {"id":9007199254740993,"ra":-7,"name":"","ok":false,"mix":"","fit":{"z":0.5,"err":{"low":NaN,"high":Infinity}},"w":"NaN"}  """,
        """{"ra":1e-320,"id":-9223372036854775808,"mix":true,"prv":[],"bands":["g","\u0041",null],"flags":[true,false],"v":[1,2.5,null]}""",
        """{"id":9223372036854775807,"ra":NaN,"prv":[{"mag":18.5,"id":1},{"id":9007199254740993},null,{"mag":-Infinity,"b":"r"}],"v":[]}""",
        """{"id":0,"ra":-0.0,"fit":null,"prv":null,"bands":[],"flags":[],"v":[7],"k\u00e9y":12,"mixed":[1,"a",true]}""",
        "{}",
    ];

    [Theory]
    [InlineData("t.jsonl", "\n", false)]
    [InlineData("t.ndjson", "\r\n", true)]
    [InlineData("t.json", "\n \n\t\r\n", true)]
    [InlineData("t.jsonl.gz", "\n", true)]
    public async Task Reads_the_same_as_Python(string name, string lineEnd, bool hasMark)
    {
        using TemporaryFolder folder = new();
        byte[] text = Encoding.UTF8.GetBytes((hasMark ? "\uFEFF" : "") + string.Join(lineEnd, Lines));
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            using GZipStream gzip = new(File.Create(folder[name]), CompressionLevel.Fastest);
            gzip.Write(text);
        }
        else
            await File.WriteAllBytesAsync(folder[name], text, TestContext.Current.CancellationToken);
        await JsonOracle.CompareAsync(folder[name]);
    }

    [Theory] // Python writes random values: texts of all planes, the extremes of integers, floats of random bits, lists, objects, nulls
    [InlineData(1, 400)]
    [InlineData(2, 400)]
    [InlineData(3, 1)]
    [InlineData(4, 1000)]
    public async Task Random_values_are_read_bit_for_bit(int seed, int rows)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, json, random, struct
            r = random.Random(int(sys.argv[2]))
            def point():
                while True:
                    p = r.choice([r.randrange(0x80), r.randrange(0x800), r.randrange(0x10000), r.randrange(0x110000)])
                    if not 0xd800 <= p < 0xe000: return chr(p)
            def text(): return ''.join(point() for _ in range(r.choice([0, 1, 3, 20, 200])))
            def double():
                return r.choice([struct.unpack('d', struct.pack('Q', r.getrandbits(64)))[0], r.gauss(0, 1),
                    r.random() * 10.0**r.randrange(-300, 300), 5e-324, 1.7976931348623157e308, -0.0,
                    float('nan'), float('inf'), float('-inf')])
            def integer(): return r.choice([r.randrange(-2**63, 2**63), -2**63, 2**63 - 1, r.randrange(100), 0])
            def small(): return r.randrange(-2**53, 2**53 + 1)
            def unsigned(): return r.choice([2**64 - 1, 2**63, r.randrange(2**64)])
            def flag(): return r.random() < 0.5
            makers = {'text': text, 'double': double, 'integer': integer, 'unsigned': unsigned, 'flag': flag,
                'number': lambda: r.choice([small, double])(), 'any': lambda: r.choice([text, double, small, flag])()}
            def some(make, p=0.8): return make() if r.random() < p else None
            keys = {(name, form): name + str(i) + text() for i, name in enumerate(makers) for form in range(5)}
            with open(sys.argv[1], 'w', encoding='utf-8', newline='') as file:
                for _ in range(int(sys.argv[3])):
                    row, nested = {}, {}
                    group = [{} for _ in range(r.randrange(5))]
                    for name, make in makers.items():
                        if r.random() < 0.7: row[keys[name, 0]] = some(make)
                        row[keys[name, 1]] = some(lambda: [make() for _ in range(r.randrange(4))])
                        row[keys[name, 2]] = [some(make) for _ in range(r.randrange(4))]
                        if r.random() < 0.7: nested[keys[name, 3]] = some(make)
                        for member in group:
                            if r.random() < 0.9: member[keys[name, 4]] = some(make, 0.95)
                    row['nested'] = some(lambda: {'deeper': nested, 'list': [1, 2]})
                    row['group'] = some(lambda: group)
                    line = json.dumps(row, ensure_ascii=flag(), separators=r.choice([None, (',', ':')]))
                    file.write(line + r.choice(['\n', '\r\n', '\n\n']))
            """, folder["t.jsonl"], $"{seed}", $"{rows}");
        await JsonOracle.CompareAsync(folder["t.jsonl"]);
    }

    [Fact]
    public void Reads_the_same_as_pandas()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["t.jsonl"], Enumerable.Range(0, 1000).Select(i => JsonSerializer.Serialize(
            new { id = i * 4611686018427387L, ra = i * 0.36, dec = Math.Tan(i) * 1e-5, name = $"NGC {i}", good = i % 3 == 0 })));
        string read = Python.Run("""
            import sys, struct, pandas
            t = pandas.read_json(sys.argv[1], lines=True, precise_float=True)
            print(','.join(f'{n} {t[n].dtype}' for n in t))
            for row in t.itertuples():
                print(row.id, struct.pack('>d', row.ra).hex(), struct.pack('>d', row.dec).hex(), row.name, row.good)
            """, folder["t.jsonl"]);
        using ITableReader table = Tables.Open(folder["t.jsonl"]);
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        RowBatch batch = table.ReadAsync(cancellationToken: cancellationToken).ToBlockingEnumerable(cancellationToken).Single();
        StringBuilder expected = new("id int64,ra float64,dec float64,name object,good bool\n");
        for (int row = 0; row < batch.RowCount; row++)
            expected.Append(batch.Values<long>("id")[row]).Append(' ')
                .Append(Convert.ToHexStringLower(BigEndian(batch.Values<double>("ra")[row]))).Append(' ')
                .Append(Convert.ToHexStringLower(BigEndian(batch.Values<double>("dec")[row]))).Append(' ')
                .Append(((TextColumnData)batch["name"]).Text(row)).Append(' ').Append(batch.Values<bool>("good")[row]).Append('\n');
        Assert.Equal(read, expected.ToString());
        Assert.Equal("id: int64,ra: float64,dec: float64,name: string,good: bool", string.Join(',', table.Columns));
    }

    private static byte[] BigEndian(double value)
    {
        byte[] bytes = new byte[sizeof(double)];
        System.Buffers.Binary.BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return bytes;
    }

    [Theory]
    [InlineData("1|2", DType.Int64)]
    [InlineData("1|null|-0", DType.Int64)]
    [InlineData("18446744073709551615|1", DType.UInt64)]
    [InlineData("1|2.0", DType.Float64)]
    [InlineData("9007199254740992|1e3", DType.Float64)]
    [InlineData("1|NaN", DType.Float64)]
    [InlineData("1|\"NaN\"", DType.String)]
    [InlineData("true|false", DType.Bool)]
    [InlineData("true|1", DType.String)]
    [InlineData("9007199254740993|1.5|\"x\"", DType.String)]
    [InlineData("null|null", DType.String)]
    [InlineData("\"00:42:44.3\"", DType.String)]
    public void Types_represent_all_values_exactly(string values, DType expected)
    {
        using TemporaryFolder folder = new();
        using ITableReader table = Tables.Open(Write(folder, [.. values.Split('|').Select(v => $"{{\"x\":0,\"v\":{v}}}")]));
        Assert.Equal(expected, table.Columns[1].DType);
    }

    [Fact]
    public void Lists_of_objects_are_one_group_of_lists_of_equal_length()
    {
        using TemporaryFolder folder = new();
        using ITableReader table = Tables.Open(Write(folder,
            """{"o":{"l":[1],"m":[1,2]},"p":[{"a":1,"b":"x"},{"b":"y"}],"q":{"r":[{"s":1}]}}"""));
        Assert.Equal([("o.l", null), ("o.m", null), ("p.a", "p"), ("p.b", "p"), ("q.r.s", "q.r")],
            table.Columns.Select(c => (c.Name, c.Nested)));
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        RowBatch batch = table.ReadAsync(cancellationToken: cancellationToken).ToBlockingEnumerable(cancellationToken).Single();
        Assert.Equal([1, 2, 2, 2, 1], batch.Columns.Select(c => c.ShapeOf(0)[0]));
        Assert.Equal([1, double.NaN], batch.Values<double>("p.a").ToArray());
    }

    [Fact]
    public void Columns_of_equal_names_are_numbered()
    {
        using TemporaryFolder folder = new();
        using ITableReader table = Tables.Open(Write(folder, """{"a.b":1,"a":{"b":2}}"""));
        Assert.Equal(["a.b", "a.b_2"], table.Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task Rows_and_columns_are_read_in_parts_and_in_batches()
    {
        using TemporaryFolder folder = new();
        using ITableReader table = Tables.Open(Write(folder,
            [.. Enumerable.Range(0, 150_000).Select(i => $"{{\"n\":{i},\"s\":\"star {i}\",\"l\":[{i}]}}")]));
        List<string[]> part = await Cells.ReadAsync(table, ["s", "n"], firstRow: 65_000, rowCount: 70_000);
        Assert.Equal(Enumerable.Range(65_000, 70_000).Select(i => $"star {i}"), part[0]);
        Assert.Equal(Enumerable.Range(65_000, 70_000).Select(i => $"{i}"), part[1]);
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Assert.All(table.ReadAsync(cancellationToken: cancellationToken).ToBlockingEnumerable(cancellationToken),
            batch => Assert.InRange(batch.RowCount, 1, 65_536));
    }

    [Fact]
    public async Task A_line_may_be_longer_than_the_buffer()
    {
        using TemporaryFolder folder = new();
        string text = new('x', 3_000_000);
        using ITableReader table = Tables.Open(Write(folder, "{\"s\":\"a\"}", $"{{\"s\":\"{text}\\u0041\"}}", "{\"s\":\"b\"}"));
        Assert.Equal(["a", text + "A", "b"], (await Cells.ReadAsync(table))[0]);
        Assert.Equal(3_000_001, table.Columns[0].StringBytes);
    }

    [Fact]
    public async Task A_file_that_changes_after_it_was_opened_is_reported()
    {
        using TemporaryFolder folder = new();
        foreach (string changed in (string[])["""{"a":"1","l":[1]}""", """{"a":[1],"l":[1]}""", """{"a":1,"l":["1"]}""",
            """{"a":1,"l":[null]}"""])
        {
            using ITableReader table = Tables.Open(Write(folder, """{"a":1,"l":[1]}"""));
            Write(folder, changed);
            Assert.Contains("has changed since it was opened",
                (await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(table))).Message, StringComparison.Ordinal);
        }
    }

    private static string Write(TemporaryFolder folder, params string[] lines)
    {
        File.WriteAllLines(folder["t.jsonl"], lines);
        return folder["t.jsonl"];
    }
}
