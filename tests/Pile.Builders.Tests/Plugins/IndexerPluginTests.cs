using Pile.Builders.Sources;
using Pile.Builders.Tests.Sources.Stac;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Plugins;

/// <summary>Indexers of chips from assemblies that are not part of Pile.</summary>
public sealed class IndexerPluginTests : IDisposable
{
    private const string Fractions = """
        import json, sys
        import numpy as np, rasterio
        rows = json.load(open(sys.argv[1]))
        q = rasterio.open(sys.argv[2]).read(1)
        seen = set()
        for r in rows:
            x, y, s = r['chip_x'], r['chip_y'], r['chip_size']
            p = q[y * s:(y + 1) * s, x * s:(x + 1) * s]
            missing = (p & 1) > 0
            cloud = ~missing & ((p >> 8) & 3 == 3)
            assert abs(r['nodata_fraction'] - missing.mean()) < 1e-6
            assert abs(r['cloud_fraction'] - cloud.mean()) < 1e-6
            if not missing.all():
                assert abs(r['clear_fraction'] - (~cloud & ~missing).sum() / (~missing).sum()) < 1e-6
            seen.add(round(float(r['cloud_fraction']), 3))
        assert len(seen) > 10
        print(len(rows))
        """;

    private const string Source = """
        kind: stac-chips
        items: landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_stac.json
        assets: { mount: landsat-008059 }
        bands: [red]
        chip: { size: 64 }
        stats: { indexer: mine }
        """;

    private static readonly string[] Contract = [typeof(IDatasetBuilder).Assembly.Location, typeof(RowBatch).Assembly.Location];

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_indexer_of_the_examples_agrees_with_numpy()
    {
        string example = Path.Combine(TestPaths.Root, "examples", "CloudIndexer");
        CSharpCompiler.Compile(await File.ReadAllTextAsync(Path.Combine(example, "ConfidentCloudIndexer.cs"), Token), folder["clouds.dll"],
            Contract);
        Recipe recipe = RecipeReader.ReadFile(Path.Combine(example, "landsat.yaml"));
        IDatasetBuilder builder = SourceBuilders.All.With(BuilderRegistry.Load(folder["clouds.dll"])).Create(recipe.Source);
        await File.WriteAllTextAsync(folder["rows.json"], RowJson.Of(await ReadAllAsync(builder)).ToJsonString(), Token);
        Assert.Equal("80", Python.Run(Fractions, folder["rows.json"],
            TestPaths.Data("eo/landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_QA_PIXEL.TIF")).Trim());

        Assert.Contains("there is no indexer 'confident-clouds'; there are landsat, modis, none, sentinel-2",
            Assert.ThrowsAny<PileException>(() => SourceBuilders.All.Create(recipe.Source)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_of_an_indexer_name_it_and_the_scene()
    {
        CSharpCompiler.Compile(Indexer("throw new System.FormatException(\"no such flag\");"), folder["a.dll"], Contract);
        CSharpCompiler.Compile(Indexer("return new(block.Size, 9999, null);"), folder["b.dll"], Contract);
        CSharpCompiler.Compile(Indexer("return new((int)block.Row<float>(0)[0], 0, null);"), folder["c.dll"], Contract);
        List<string> faults = [];
        foreach (string file in (string[])["a.dll", "b.dll", "c.dll"])
        {
            IDatasetBuilder builder = BuilderOf(BuilderRegistry.Load(folder[file]));
            faults.Add((await Assert.ThrowsAsync<BuilderFailedException>(() => ReadAllAsync(builder))).Message);
        }
        Assert.All(faults, fault =>
            Assert.Matches("^'LC08_L2SP_008059_20191201_20200825_02_T1' .*: the indexer 'mine' failed with ", fault));
        Assert.Contains("FormatException: no such flag. This is a defect of the indexer", faults[0], StringComparison.Ordinal);
        Assert.Contains("it counted 64 missing, 9999 cloudy and  clear pixels in a chip of 4096", faults[1], StringComparison.Ordinal);
        Assert.Contains("The pixels of the band are uint16, not float32", faults[2], StringComparison.Ordinal);
        BuilderRegistry a = BuilderRegistry.Load(folder["a.dll"]);
        Assert.StartsWith("Two indexers are called 'mine': Mine of a and Mine of b. Rename one of them.",
            Assert.Throws<ArgumentException>(() => a.With(BuilderRegistry.Load(folder["b.dll"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Indexers_that_cannot_be_created_are_rejected_when_they_are_loaded()
    {
        CSharpCompiler.Compile(Indexer("return default;", "string band", "band"), folder["parameters.dll"], Contract);
        Assert.StartsWith("The indexer 'Mine' needs a public constructor without parameters.",
            Assert.Throws<ArgumentException>(() => BuilderRegistry.Load(folder["parameters.dll"])).Message, StringComparison.Ordinal);
        CSharpCompiler.Compile(Indexer("return default;", "", ""), folder["nameless.dll"], Contract);
        Assert.Contains("the plug-in failed while loading with ArgumentException: The indexer 'mine' has no band to read",
            Assert.Throws<SourceUnreadableException>(() => BuilderRegistry.Load(folder["nameless.dll"])).Message, StringComparison.Ordinal);
    }

    private static string Indexer(string body, string parameters = "", string bands = "\"QA_PIXEL.TIF\"") => $$"""
        using Pile.Builders;
        public sealed class Mine({{parameters}}) : ChipIndexer("mine"{{(bands.Length > 0 ? ", " : "")}}{{bands}})
        {
            public override ChipStatistics Measure(in ChipBlock block) { {{body}} }
        }
        """;

    private static IDatasetBuilder BuilderOf(BuilderRegistry indexers)
    {
        string indented = string.Join('\n', Source.Split('\n').Select(line => "  " + line));
        return SourceBuilders.All.With(indexers).Create(RecipeReader.Read($$"""
            pile: 1
            name: test
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source:
            {{indented}}
            """, "test.yaml", TestPaths.Data("eo")).Source);
    }

    private static async Task<List<RowBatch>> ReadAllAsync(IDatasetBuilder builder)
    {
        BuildContext context = new();
        List<RowBatch> batches = [];
        await foreach (SourceUnit unit in builder.PlanAsync(context, Token))
            await foreach (RowBatch batch in builder.ReadAsync(unit, context, Token))
                batches.Add(batch);
        return batches;
    }
}
