using System.Buffers.Binary;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Rows with values that are not of the type that a file declares.</summary>
public class InvalidRowTests
{
    private const string Head = """
        <VOTABLE version="1.3"><RESOURCE><TABLE>
        <FIELD name="id" datatype="char" arraysize="1"/><FIELD name="ra" datatype="double" unit="deg"/>
        <FIELD name="dec" datatype="double" unit="deg"/><FIELD name="n" datatype="int"/><FIELD name="b" datatype="boolean" arraysize="2"/>
        <DATA>
        """;

    private const string TableData = Head + """
        <TABLEDATA>
        <TR><TD>a</TD><TD>10.5</TD><TD>1</TD><TD>4</TD><TD>T F</TD></TR>
        <TR><TD>b</TD><TD>11.5</TD><TD>1</TD><TD>x4</TD><TD>T F</TD></TR>
        <TR><TD>c</TD><TD>12.5</TD><TD>1</TD><TD>7</TD><TD>T ?</TD></TR>
        <TR><TD>d</TD><TD>13.5</TD></TR>
        <TR><TD>e</TD><TD>14.5</TD><TD>1</TD><TD>7</TD><TD>F T</TD><TD>8</TD></TR>
        <TR><TD>f</TD><TD>15.5</TD><TD>1</TD><TD>9</TD><TD>F T</TD></TR>
        </TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
        """;

    private const string Ecsv = """
        # %ECSV 1.0
        # ---
        # datatype:
        # - {name: id, datatype: string}
        # - {name: ra, datatype: float64, unit: deg}
        # - {name: dec, datatype: float64, unit: deg}
        # - {name: n, datatype: int32}
        id ra dec n
        a 10.5 1 4
        b 11.5 1 x4
        c 12.5 y 5
        f 15.5 1 9

        """;

    [Theory]
    [InlineData("t.vot", TableData, "1: column 'n': 'x4' is not a int", "2: column 'b': 'T ?'", "3: column 'dec': a row of 2 cells",
        "4: column 'b': a row with more than 5 cells")]
    [InlineData("t.ecsv", Ecsv, "1: column 'n': 'x4' is not int32", "2: column 'dec': 'y' is not float64")]
    public async Task Invalid_rows_stop_the_build_or_are_skipped_and_listed(string name, string content, params string[] reasons)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder[name], content, TestContext.Current.CancellationToken);
        await RequireSkippedAsync(folder, name, [4, 9], [0, reasons.Length + 1], reasons);
    }

    [Fact]
    public async Task Rows_of_a_binary_stream_are_skipped_too()
    {
        using TemporaryFolder folder = new();
        List<byte> stream = [];
        foreach ((char id, double ra, int n, string flags) in (ReadOnlySpan<(char, double, int, string)>)
            [('a', 10.5, 4, "TF"), ('b', 11.5, 5, "T?"), ('f', 15.5, 9, "FT")])
        {
            byte[] row = new byte[1 + 8 + 8 + 4 + 2];
            row[0] = (byte)id;
            BinaryPrimitives.WriteDoubleBigEndian(row.AsSpan(1), ra);
            BinaryPrimitives.WriteDoubleBigEndian(row.AsSpan(9), 1);
            BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(17), n);
            (row[21], row[22]) = ((byte)flags[0], (byte)flags[1]);
            stream.AddRange(row);
        }
        await File.WriteAllTextAsync(folder["t.vot"], $"{Head}<BINARY><STREAM encoding=\"base64\">{Convert.ToBase64String([.. stream])}"
            + "</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>", TestContext.Current.CancellationToken);
        await RequireSkippedAsync(folder, "t.vot", [4, 9], [0, 2], "1: column 'b': '2 elements'");
    }

    private static async Task RequireSkippedAsync(TemporaryFolder folder, string name, int[] values, long[] sourceRows,
        params string[] reasons)
    {
        string source = $"kind: table\nfiles: {name}\nid: id";
        ValueInvalidException stop = await Assert.ThrowsAsync<ValueInvalidException>(
            () => BuilderRuns.Builder(source, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith(reasons[0], $"{stop.Row}: {stop.Finding}", StringComparison.Ordinal);
        List<SkippedRow> skipped = [];
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(source, folder.Path, skipBadRows: true, onSkip: skipped.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal(values, ((ColumnData<int>)rows["n"]).Values.ToArray());
        Assert.Equal([10.5, 15.5], ((ColumnData<double>)rows["ra"]).Values.ToArray());
        Assert.Equal(sourceRows, rows.SourceRows.ToArray());
        Assert.Equal(reasons.Length, skipped.Count);
        Assert.All(reasons.Zip(skipped), pair =>
            Assert.StartsWith(pair.First, $"{pair.Second.Row}: {pair.Second.Reason}", StringComparison.Ordinal));
    }
}
