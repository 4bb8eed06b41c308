using Pile.Builders;
using Pile.Builders.Sources;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Review;
using Pile.Streaming;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.Tests;

/// <summary>Two matched datasets as one dataset.</summary>
public sealed class MatchedDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pairs_are_filtered_sorted_read_and_written_with_rows_of_both_sides()
    {
        await using Dataset a = await BuildAsync("here", "id,ra,dec,name,v\n1,200,10,a,5\n2,210,-20,b,6\n3,220,30,c,7\n4,230,30,d,8\n");
        await using Dataset b = await BuildAsync("there",
            "id,ra,dec,flux\nx7,220,30.0001,7.5\nx8,10,0,8.5\nx9,200,10,9.5\nx6,230,30.0002,1.5\n");
        using MatchTable all = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b),
            new CrossMatchOptions { RadiusArcsec = 2, ColumnsA = ["v"], ColumnsB = ["flux"] }, TestContext.Current.CancellationToken);
        Assert.Equal(3, all.RowCount);
        MatchTable bright = all.Where("b_flux > 2 AND separation_arcsec < 1").OrderBy("a_v", descending: true);
        Assert.Equal(2, bright.RowCount);

        MatchedRows rows = await bright.OpenRowsAsync(a.Query().Columns("name"), b.Query().Columns("flux"),
            TestContext.Current.CancellationToken);
        List<(string? Name, double Flux, double Separation)> read = [];
        await foreach (StreamBatch batch in new Loader(rows.Source, new LoaderOptions { BatchRows = 1 })
            .ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            using (batch)
                read.Add((batch.Text("a_name", 0), batch.Values<double>("b_flux").Span[0],
                    Math.Round(batch.Values<double>("separation_arcsec").Span[0], 6)));
        Assert.Equal([("c", 7.5, 0.36), ("a", 9.5, 0)], read);
        Assert.Equal(1, bright.First(1).RowCount);
        await foreach (RowBatch batch in bright.ReadAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal([7.5, 9.5], batch.Values<double>("b_flux").ToArray());
            Assert.Contains("int64", Assert.Throws<ArgumentException>(() => batch.Values<double>("a_v")).Message, StringComparison.Ordinal);
        }
        Assert.Contains("a_v", Assert.Throws<ArgumentException>(() => all.Where("v > 1")).Message, StringComparison.Ordinal);

        await bright.WriteDatasetAsync(a, b, folder["matched"], cancellationToken: TestContext.Current.CancellationToken);
        ValidationReport report = await DatasetValidator.ValidateAsync(folder["matched"], new ValidationOptions { Deep = true },
            TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        await using Dataset matched = await Dataset.OpenAsync(folder["matched"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, matched.Manifest.Rows);
        Assert.Equal("here-there", matched.Manifest.Name);
        Assert.Equal("p", matched.Manifest.Provenance.Project);
        Assert.NotNull(matched.Manifest.Column("a_name"));
        Assert.NotNull(matched.Manifest.Column("b_flux"));
        Assert.NotNull(matched.Manifest.Column("b_object_id"));
        await Assert.ThrowsAsync<OutputExistsException>(() =>
            bright.WriteDatasetAsync(a, b, folder["matched"], cancellationToken: TestContext.Current.CancellationToken));

        WriterSettings replacing = new() { Replace = true };
        await all.WriteDatasetAsync(a, b, folder["matched"], settings: replacing, cancellationToken: TestContext.Current.CancellationToken);
        await using Dataset replaced = await Dataset.OpenAsync(folder["matched"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3, replaced.Manifest.Rows);
        foreach (string side in (string[])[folder["here"], folder["there"], folder.Path])
            Assert.Contains("a side of the match", (await Assert.ThrowsAsync<ArgumentException>(() => all.WriteDatasetAsync(a, b, side,
                settings: replacing, cancellationToken: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_match_without_pairs_is_a_dataset_without_rows_that_has_the_columns_of_one_with_pairs()
    {
        await using Dataset a = await BuildAsync("here", "id,ra,dec,name\n1,200,10,a\n2,210,-20,b\n");
        await using Dataset b = await BuildAsync("there", "id,ra,dec,flux\nx7,200,10.001,7.5\n");
        string[][] columns = new string[2][];
        foreach (double radius in (double[])[1, 10])
        {
            using MatchTable pairs = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b),
                new CrossMatchOptions { RadiusArcsec = radius }, TestContext.Current.CancellationToken);
            int count = radius < 2 ? 0 : 1;
            await pairs.WriteDatasetAsync(a, b, folder[$"m{count}"], cancellationToken: TestContext.Current.CancellationToken);
            Assert.Empty((await DatasetValidator.ValidateAsync(folder[$"m{count}"], new ValidationOptions { Deep = true },
                TestContext.Current.CancellationToken)).Findings);
            await using Dataset matched = await Dataset.OpenAsync(folder[$"m{count}"],
                cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(count, matched.Manifest.Rows);
            columns[count] = [.. matched.Manifest.Columns.Select(c => $"{c.Name} {c.DType} {c.Unit}")];
        }
        Assert.Equal(columns[1], columns[0]);
    }

    [Fact]
    public async Task A_tile_that_is_corrupted_after_the_match_is_reported_before_its_rows_are_used()
    {
        await using Dataset a = await BuildAsync("here", "id,ra,dec,v\n1,200,10,5\n"),
            b = await BuildAsync("there", "id,ra,dec,flux\n9,200,10,9.5\n");
        using MatchTable all = await a.CrossMatchAsync(b, radiusArcsec: 2, cancellationToken: TestContext.Current.CancellationToken);
        string tile = Assert.Single(Directory.GetFiles(folder["there"], "Npix=*.parquet", SearchOption.AllDirectories),
            f => f.Contains("dataset", StringComparison.Ordinal));
        byte[] bytes = await File.ReadAllBytesAsync(tile, TestContext.Current.CancellationToken);
        int flux = bytes.AsSpan().IndexOf(BitConverter.GetBytes(9.5));
        bytes[flux >= 0 ? flux : bytes.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes, TestContext.Current.CancellationToken);

        DatasetInvalidException damaged = await Assert.ThrowsAsync<DatasetInvalidException>(async () =>
        {
            MatchedRows rows = await all.OpenRowsAsync(a.Query().Columns("v"), b.Query().Columns("flux"),
                TestContext.Current.CancellationToken);
            await foreach (StreamBatch batch in new Loader(rows.Source).ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
                batch.Dispose();
        });
        Assert.Contains("CRC-32C", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nested_columns_of_both_sides_are_nested_groups_of_the_match()
    {
        const string Row = "{\"id\":1,\"ra\":200,\"dec\":10,\"lc\":[{\"t\":1.5,\"m\":20},{\"t\":2.5,\"m\":21}]}";
        await using Dataset a = await BuildAsync("here", $"{Row}\n{Row.Replace(":1,", ":2,").Replace("200", "100")}\n", ".jsonl"),
            b = await BuildAsync("there", $"{Row.Replace("1.5", "7.5")}\n", ".jsonl");
        using MatchTable pairs = await a.CrossMatchAsync(b, radiusArcsec: 2, cancellationToken: TestContext.Current.CancellationToken);
        await pairs.WriteDatasetAsync(a, b, folder["matched"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty((await DatasetValidator.ValidateAsync(folder["matched"], new ValidationOptions { Deep = true },
            TestContext.Current.CancellationToken)).Findings);
        await using Dataset matched = await Dataset.OpenAsync(folder["matched"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["a_lc.t a_lc", "a_lc.m a_lc", "b_lc.t b_lc", "b_lc.m b_lc"],
            matched.Manifest.Columns.Where(c => c.Nested is not null).Select(c => $"{c.Name} {c.Nested}"));
        string shard = Assert.Single(Directory.GetFiles(folder["matched"], "*.hdf5", SearchOption.AllDirectories));
        Assert.Equal("[1.5, 2.5] [20.0, 21.0] [7.5, 2.5]\n", Python.Run("""
            import sys, h5py
            with h5py.File(sys.argv[1]) as f:
                print(*([float(v) for v in f[n][0]] for n in ('a_lc.t', 'a_lc.m', 'b_lc.t')))
            """, shard));
    }

    [Fact]
    public async Task Joins_other_than_inner_cannot_be_matched_datasets()
    {
        await using Dataset a = await BuildAsync("here", "id,ra,dec\n1,200,10\n");
        using MatchTable left = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(a),
            new CrossMatchOptions { RadiusArcsec = 1, Join = MatchJoin.Left }, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ArgumentException>(() => left.WriteDatasetAsync(a, a, folder["matched"],
            cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cancelled_write_leaves_no_dataset()
    {
        await using Dataset a = await BuildAsync("here",
            $"id,ra,dec\n{string.Join('\n', Enumerable.Range(0, 300).Select(i => $"{i},{i},0"))}\n");
        using MatchTable all = await a.CrossMatchAsync(a, radiusArcsec: 2, cancellationToken: TestContext.Current.CancellationToken);
        foreach (string phase in (string[])[BuildPhase.Extract, BuildPhase.Write])
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => all.WriteDatasetAsync(a, a, folder["matched"], settings: new WriterSettings { Progress = new Stopping(phase, stop) },
                    cancellationToken: stop.Token));
            Assert.Equal(["here", "here.csv"],
                Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
    }

    private sealed class Stopping(string at, CancellationTokenSource stop) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value)
        {
            if (value.Phase == at)
                stop.Cancel();
        }
    }

    [Fact]
    public async Task A_matched_dataset_has_the_aliases_of_both_sides_with_its_own_columns()
    {
        await using Dataset a = await BuildAsync("here", "id,ra,dec,Flux,flux,err\n1,200,10,8,9,2\n2,220,30,6,7,1\n", aliases: """
            columns:
              SNR: { expr: "native_Flux / err /* of \"Flux\" */ + list_sum(list_transform([1, err], lambda flux: flux * 0))" }
              cell: { expr: "healpix * 2" }
              mag: { native: err, unit: mmag }
            """);
        await using Dataset b = await BuildAsync("there", "id,ra,dec,Flux\n5,200,10,3\n6,220,30,4\n", aliases: """
            columns:
              flux: { expr: "native_Flux + 0.5" }
              cell: { expr: "healpix" }
            """);
        using MatchTable pairs = await a.CrossMatchAsync(b, radiusArcsec: 2, cancellationToken: TestContext.Current.CancellationToken);
        await pairs.WriteDatasetAsync(a, b, folder["matched"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty((await DatasetValidator.ValidateAsync(folder["matched"], new ValidationOptions { Deep = true },
            TestContext.Current.CancellationToken)).Findings);
        await using Dataset matched = await Dataset.OpenAsync(folder["matched"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["a_SNR", "a_cell", "a_mag", "b_flux", "b_cell"], matched.Manifest.Aliases.Select(alias => alias.Name));
        List<string> rows = [];
        await foreach (RowBatch batch in matched.QueryAsync(matched.Query().OrderBy("object_id")
            .Columns("a_SNR", "a_mag", "b_flux"), TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(FormattableString.Invariant($"{batch.Values<double>("a_SNR")[row]} {batch.Values<long>("a_mag")[row]} ")
                    + FormattableString.Invariant($"{batch.Values<double>("b_flux")[row]}"));
        Assert.Equal(["6 1 4.5", "4 2 3.5"], rows);
        foreach ((Dataset side, string prefix) in ((Dataset, string)[])[(a, "a_"), (b, "b_")])
            Assert.Equal(await CellsAsync(side, "cell"), await CellsAsync(matched, prefix + "cell"));

        static async Task<List<long>> CellsAsync(Dataset dataset, string column)
        {
            List<long> cells = [];
            await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().OrderBy(column).Columns(column)))
                cells.AddRange(batch.Values<long>(column));
            return cells;
        }
    }

    private async Task<Dataset> BuildAsync(string name, string table, string extension = ".csv", string aliases = "")
    {
        await File.WriteAllTextAsync(folder[name + extension], table, TestContext.Current.CancellationToken);
        Recipe recipe = RecipeReader.Read($"""
            pile: 1
            name: {name}
            provenance: {"{ project: p, survey: s, instrument: i, release: r }"}
            licence: CC0-1.0
            citation: none
            source: {"{"} kind: table, files: {name}{extension} {"}"}
            {aliases}
            """, "test.yaml", folder.Path);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, folder[name], new BuildSettings(), TestContext.Current.CancellationToken);
        return await Dataset.OpenAsync(folder[name], cancellationToken: TestContext.Current.CancellationToken);
    }
}
