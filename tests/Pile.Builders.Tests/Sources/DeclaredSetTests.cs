using Pile.Builders.Sources;
using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Declared columns of sets of files whose files show different types, compared with one file of the same rows and with
/// pandas.</summary>
public sealed class DeclaredSetTests : IDisposable
{
    private const string Sentinels = "m: { sentinels: [-99] }", Categories = "m: { categories: { 0: star, 1: galaxy } }",
        Time = "m: { unit: d, time: { scale: TDB } }", Medium = "m: { unit: Angstrom, spectral_medium: air }";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Sentinels, "csv", "1,10,1,-99\n2,20,2,15.5\n", "3,30,3,\n")]
    [InlineData(Sentinels, "csv", "1,10,1,\n2,20,2,\n", "3,30,3,-99\n4,31,3,7.25\n")]
    [InlineData(Sentinels, "csv", "1,10,1,-99\n2,20,2,15\n", "3,30,3,1.5\n")]
    [InlineData(Sentinels, "tsv", "1\t10\t1\t-99\n2\t20\t2\t15.5\n", "3\t30\t3\t\n", Traits = ["Run", "Long"])]
    [InlineData(Categories, "csv", "1,10,1,0\n2,20,2,1\n", "3,30,3,\n")]
    [InlineData(Categories, "csv", "1,10,1,\n2,20,2,\n", "3,30,3,1\n", Traits = ["Run", "Long"])]
    [InlineData(Categories, "csv", "1,10,1,0\n", "")]
    [InlineData(Time, "csv", "1,10,1,5.5\n2,20,2,6\n", "3,30,3,\n")]
    [InlineData(Time, "csv", "1,10,1,5.5\n2,20,2,6\n", "3,30,3,7\n", Traits = ["Run", "Long"])]
    [InlineData(Time, "csv", "1,10,1,5\n2,20,2,6\n", "3,30,3,7.25\n")]
    [InlineData(Medium, "csv", "1,10,1,5000.5\n", "3,30,3,6000\n")]
    [InlineData(Medium, "csv", "1,10,1,\n", "3,30,3,6000.25\n", Traits = ["Run", "Long"])]
    public async Task A_declared_column_has_the_type_of_all_files(string native, string format, string first, string second)
    {
        string header = format == "tsv" ? "id\tra\tdec\tm\n" : "id,ra,dec,m\n";
        await WriteAsync($"s1.{format}", header + first);
        await WriteAsync($"s2.{format}", header + second);
        await WriteAsync($"one.{format}", header + first + second);
        await BuildAsync("set", native, $"files: \"s?.{format}\"");
        await BuildAsync("one", native, $"files: one.{format}");
        Assert.Equal(await ColumnAsync("one"), await ColumnAsync("set"));
        Assert.Equal(Values("one"), Values("set"));
        Assert.Equal("agrees", Python.Run("""
            import glob, sys, h5py
            import pandas as pd
            want = pd.read_csv(sys.argv[1], sep=None, engine='python').set_index('id')['m']
            have = {}
            for shard in glob.glob(sys.argv[2] + '/main/*/*.hdf5'):
                h = h5py.File(shard)
                missing = h['m_isnull'][:] if 'm_isnull' in h else [False] * len(h['m'])
                have.update({int(i): None if n or m != m else float(m) for i, m, n in zip(h['object_id'][:], h['m'][:], missing)})
            assert have == {int(i): None if pd.isna(m) else float(m) for i, m in want.items()}, (have, want)
            print('agrees')
            """, folder[$"one.{format}"], folder["set"]).Trim());
    }

    [Theory]
    [InlineData(Sentinels, "1,10,1,a\n", "3,30,3,\n", "1.csv, column 'm': sentinels must be numbers, found string")]
    [InlineData(Sentinels, "1,10,1,\n", "3,30,3,true\n", "2.csv, column 'm': sentinels must be numbers, found bool")]
    [InlineData(Categories, "1,10,1,0\n", "3,30,3,1.5\n", "2.csv, column 'm': categories need a column of integer codes, found float64")]
    [InlineData(Categories, "1,10,1,\n", "3,30,3,star\n", "2.csv, column 'm': categories need a column of integer codes, found string")]
    [InlineData(Categories, "1,10,1,\n", "3,30,3,\n", "1.csv, column 'm': categories need a column of integer codes, found string")]
    [InlineData(Time, "1,10,1,a\n", "3,30,3,b\n", "1.csv, column 'm': times and wavelengths must be floats, found string")]
    [InlineData(Time, "1,10,1,1\n", "3,30,3,\n", "set 'cast: { m: float64 }' in the recipe's source")]
    [InlineData(Medium, "1,10,1,\n", "3,30,3,5\n", "column 'm': times and wavelengths must be floats, found int64")]
    public async Task A_column_that_no_file_has_as_declared_is_an_error(string native, string first, string second, string message)
    {
        await WriteAsync("1.csv", "id,ra,dec,m\n" + first);
        await WriteAsync("2.csv", "id,ra,dec,m\n" + second);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync("set", native, "files: \"?.csv\""));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cast_of_the_message_reads_integers_as_times()
    {
        await WriteAsync("1.csv", "id,ra,dec,m\n1,10,1,9007199254740992\n2,20,2,\n");
        await BuildAsync("out", Time, "files: 1.csv, cast: { m: float64 }");
        ColumnSchema column = (await ManifestAsync("out")).Column("m")!;
        Assert.Equal((DType.Float64, new TimeAxis("TDB", null)), (column.DType, column.Time));
        Assert.Contains("9007199254740992.0", Values("out"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Time, "1,7\n")]
    [InlineData(Sentinels, "1,x\n")]
    [InlineData(Categories, "1,1.5\n")]
    public async Task An_error_in_a_joined_column_names_the_joined_file(string native, string row)
    {
        await WriteAsync("1.csv", "id,ra,dec\n1,10,1\n2,20,2\n");
        await WriteAsync("j.csv", "id,m\n" + row);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() =>
            BuildAsync("out", native, "files: 1.csv, join: { file: j.csv, on: id }"));
        Assert.StartsWith("j.csv, column 'm'", e.Message, StringComparison.Ordinal);
    }

    private async Task<string> ColumnAsync(string dataset) => (await ManifestAsync(dataset)).Column("m")! is var c
        ? $"{await StatisticsAsync(dataset)} {c.DType} {c.Unit} {c.Time} {c.SpectralMedium} {string.Join(',', c.Categories)} "
            + $"{string.Join(',', c.Sentinels)} {c.Nullable}"
        : "";

    private async Task<string> StatisticsAsync(string dataset)
    {
        await using ITableReader table = await TableReader.OpenAsync(Path.Combine(folder[dataset], "statistics.parquet"),
            cancellationToken: Token);
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: Token))
            for (int row = 0; row < batch.RowCount; row++)
                if (((TextColumnData)batch["column"]).Text(row) == "m")
                    return string.Join(' ', batch.Columns.Where(c => c.Schema.IsScalar).Select(c => ElementText.OfScalar(c, row)));
        return "no such row";
    }

    private async Task<Manifest> ManifestAsync(string dataset) =>
        ManifestReader.Read(await File.ReadAllTextAsync(Path.Combine(folder[dataset], "pile.yaml"), Token), "pile.yaml");

    private string Values(string dataset) => Python.Run("""
        import glob, sys, h5py
        rows, attributes = {}, set()
        for shard in glob.glob(sys.argv[1] + '/main/*/*.hdf5'):
            h = h5py.File(shard)
            missing = h['m_isnull'][:] if 'm_isnull' in h else [False] * len(h['m'])
            rows.update({int(i): (repr(m.item()), bool(n)) for i, m, n in zip(h['object_id'][:], h['m'][:], missing)})
            attributes.add(str(sorted((k, str(v)) for k, v in h['m'].attrs.items())) + str(h['m'].dtype))
        print(sorted(rows.items()), sorted(attributes))
        """, folder[dataset]);

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(folder[name], text, Token);

    private async Task BuildAsync(string output, string native, string files)
    {
        await WriteAsync("r.yaml", "pile: 1\nname: t\nprovenance: { project: p, survey: s, instrument: i, release: r }\n"
            + $"licence: CC0-1.0\ncitation: c\nsource: {{ kind: table, id: id, ra_unit: deg, {files} }}\nnative: {{ {native} }}\n");
        await BuildRun.RunAsync(RecipeReader.ReadFile(folder["r.yaml"]), SourceBuilders.All, folder[output], cancellationToken: Token);
    }
}
