using System.Security.Cryptography;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Commit;

public class ManifestTests
{
    [Fact]
    public async Task Manifest_and_file_list_agree_with_the_folder()
    {
        using TemporaryFolder folder = new();
        AliasSchema alias = new() { Name = "mag_g", Expression = "22.5 - 2.5 * log10(\"forced.g_mag\")", Unit = "mag" };
        BuildSummary summary = await Datasets.Build(folder["zoo"], Zoo.Spec with { Aliases = [alias], EpochYear = 2016, Order = 1 }, null,
            Datasets.ZooUnits(200, 7, 64));
        Manifest manifest = Datasets.Manifest(folder["zoo"]);

        Assert.Equal(("zoo", "catalogue", 200L, summary.Shards, summary.Bytes, 1),
            (manifest.Name, manifest.Modality, manifest.Rows, manifest.Shards, manifest.Bytes, manifest.Partition.Order));
        Assert.Equal(new TimeSpanInfo("TAI", "TOPOCENTER", 59_000, 59_199), manifest.Time);
        Assert.Equal(Zoo.Provenance, manifest.Provenance);
        Assert.Equal([alias], manifest.Aliases);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["zoo/files.parquet"]))), manifest.FilesSha256);
        // an order-10 pixel has 0.00328 deg², and hardly two rows share one
        Assert.InRange(manifest.SkyAreaDeg2!.Value, 190 * 0.00327, 200 * 0.00328);
        Assert.Equal(["object_id", "ra", "dec", "healpix", "mjd", "truth"], manifest.Columns.Take(6).Select(c => c.Name));
        Assert.Equal((9, true), (manifest.Column("text")!.StringBytes, manifest.Column("maybe")!.Nullable)); // the widest is "ééé199"
    }

    [Fact]
    public async Task Every_file_is_listed_with_its_bytes_and_hash()
    {
        using TemporaryFolder folder = new();
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = 1 }, null, Datasets.ZooUnits(100, 8, 64));
        List<string?[]> files = SqlRows.Of($"SELECT path, kind, source, rows, bytes, sha256 FROM '{folder["zoo"]}/files.parquet'");

        Assert.Equal(["a.fits", "b.fits"], files.Where(f => f[1] == "source").Select(f => f[0]));
        string[] onDisk = [.. Directory.EnumerateFiles(folder["zoo"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder["zoo"], path))
            .Except([DatasetPaths.Manifest, DatasetPaths.Files]).Order(StringComparer.Ordinal)];
        string?[][] listed = [.. files.Where(f => f[1] != "source")];
        Assert.Equal(onDisk, listed.Select(f => f[0]!).Order(StringComparer.Ordinal));
        foreach (string?[] file in listed)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder["zoo"], file[0]!));
            Assert.Equal((bytes.Length.ToString(), Convert.ToHexStringLower(SHA256.HashData(bytes))), (file[4], file[5]));
        }
        string?[][] shards = [.. listed.Where(f => f[1] == "shard")];
        Assert.Equal(Enumerable.Range(0, shards.Length).Select(i => i.ToString()), shards.Select(f => f[2]));
        Assert.Equal(100, shards.Sum(f => int.Parse(f[3]!)));
        Assert.Equal(shards.OrderBy(f => long.Parse(f[0]!.Split("healpix=")[1].Split('/')[0])).Select(f => f[0]), shards.Select(f => f[0]));
        Assert.Equal(["shard", "index", "meta", "source"], files.Select(f => f[1]!).Distinct());
        Assert.All(listed.Where(f => f[1] == "meta"), f => Assert.True(f[2] is null && f[3] is null));
    }

    [Theory]
    [InlineData(1L << 30, 0)]
    [InlineData(20L << 10, 2)]
    public async Task With_an_order_chosen_by_bytes_the_largest_cell_fills_a_shard(long target, int atLeast)
    {
        using TemporaryFolder folder = new();
        BuildSummary summary = await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = null, TargetShardBytes = target }, null,
            Datasets.ZooUnits(2000, 9, 512));
        Assert.InRange(summary.Partition!.Order!.Value, atLeast, atLeast == 0 ? 0 : 5);
        if (atLeast > 0) // no cell is split, but one order lower a cell would be
            Assert.Equal(summary.Shards, Directory.GetDirectories(folder["zoo/main"], "healpix=*").Length);
    }

    [Theory]
    [InlineData("ra * 1e400")]
    [InlineData("CASE WHEN dec > -1e309 THEN 1 END")]
    public async Task An_alias_with_a_number_outside_float64_is_rejected_by_the_build(string expression)
    {
        using TemporaryFolder folder = new();
        AliasInvalidException error = await Assert.ThrowsAsync<AliasInvalidException>(() =>
            Datasets.Build(folder["zoo"], Zoo.Spec with { Aliases = [new AliasSchema { Name = "x", Expression = expression }] }, null,
                Datasets.ZooUnits(10, 7, 64)));
        Assert.True(error.Message.Contains($"'{expression}' contains a number outside the range of float64", StringComparison.Ordinal),
            error.Message);
        Assert.False(Directory.Exists(folder["zoo"]));
    }

    [Theory]
    [InlineData("sum(dec)", "it contains an aggregate function of all rows, but an alias is a value of each row")]
    [InlineData("ra, dec", "it contains more than one expression")]
    [InlineData("ra IN (SELECT 1)", "it contains a SELECT")]
    [InlineData("ra IN (SELECT unnest([1.5, 0.1]))", "it contains a SELECT")]
    [InlineData("ra = ANY([1.5, 0.1])", "use value IN (…)")]
    [InlineData("ra > ALL([1.5, 0.1])", "use value IN (…)")]
    [InlineData("*", "it contains *")]
    [InlineData("unnest([ra, dec])", "unnest() makes several rows of one")]
    [InlineData("row_number() OVER ()", "it contains a window function")]
    [InlineData("ra + random()", "has another value at each reading (random())")]
    [InlineData("[ra, dec]", "is neither a number nor a text")]
    [InlineData("{'ra': ra}", "is neither a number nor a text")]
    public async Task An_alias_that_cannot_be_read_is_rejected_by_the_build(string expression, string finding)
    {
        using TemporaryFolder folder = new();
        AliasInvalidException error = await Assert.ThrowsAsync<AliasInvalidException>(() =>
            Datasets.Build(folder["zoo"], Zoo.Spec with { Aliases = [new AliasSchema { Name = "x", Expression = expression }] }, null,
                Datasets.ZooUnits(10, 7, 64)));
        Assert.Equal("x", error.Alias);
        Assert.Contains(finding, error.Finding, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["zoo"]));
    }

    [Fact]
    public async Task The_error_of_a_value_that_cannot_be_read_names_its_row()
    {
        using TemporaryFolder folder = new();
        AliasInvalidException error = await Assert.ThrowsAsync<AliasInvalidException>(() => Datasets.Build(folder["zoo"],
            Zoo.Spec with { Aliases = [new AliasSchema { Name = "x", Expression = "CAST(concat('x', object_id) AS INTEGER)" }] }, null,
            Datasets.ZooUnits(10, 7, 64)));
        Assert.Matches(@"has no value for the row with object_id (\d+): .*'x\1'", error.Finding);
    }

    [Theory]
    [InlineData("ra")]
    [InlineData("Object_ID")]
    public async Task An_alias_with_the_name_of_a_required_column_is_rejected_by_the_build(string name)
    {
        using TemporaryFolder folder = new();
        AliasInvalidException error = await Assert.ThrowsAsync<AliasInvalidException>(() =>
            Datasets.Build(folder["zoo"], Zoo.Spec with { Aliases = [new AliasSchema { Name = name, Expression = "dec + 1" }] }, null,
                Datasets.ZooUnits(10, 7, 64)));
        Assert.Equal("the name is that of a required column, use another one", error.Finding);
    }

    [Theory]
    [InlineData("_pile_source")]
    [InlineData("_PILE_x")]
    [InlineData("_HEALPIX_29")]
    public async Task An_alias_with_a_reserved_name_is_rejected_by_the_build(string name)
    {
        using TemporaryFolder folder = new();
        AliasInvalidException error = await Assert.ThrowsAsync<AliasInvalidException>(() =>
            Datasets.Build(folder["zoo"], Zoo.Spec with { Aliases = [new AliasSchema { Name = name, Expression = "dec + 1" }] }, null,
                Datasets.ZooUnits(10, 7, 64)));
        Assert.Contains("reserved", error.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spec_that_the_manifest_cannot_represent_is_rejected()
    {
        using TemporaryFolder folder = new();
        foreach (DatasetSpec spec in (DatasetSpec[])
        [
            Zoo.Spec with { EpochYear = double.PositiveInfinity }, Zoo.Spec with { EpochYear = double.NaN },
            Zoo.Spec with { EpochYear = 1e6 },
            Zoo.Spec with { Aliases = [new AliasSchema { Name = "x", Native = "truth", Scale = double.NaN }] },
        ])
            await Assert.ThrowsAsync<ArgumentException>(() => Datasets.Build(folder["zoo"], spec, null));
        await Assert.ThrowsAsync<SchemaMismatchException>(() => Datasets.Build(folder["zoo"], Zoo.Spec with { TimeScale = "BJD" }, null));
        await Assert.ThrowsAsync<SchemaMismatchException>(
            () => Datasets.Build(folder["zoo"], Zoo.Spec with { TimeReference = "here" }, null));
    }

    [Fact]
    public async Task The_manifest_ends_with_the_checksum_of_its_bytes()
    {
        using TemporaryFolder folder = new();
        await Datasets.Build(folder["zoo"], Zoo.Spec, null, Datasets.ZooUnits(10, 7, 64));
        string text = File.ReadAllText(folder["zoo/pile.yaml"]);
        Assert.NotEqual(ManifestSeal.Without(text), text);
        Assert.Equal(ManifestSeal.Of(text), text);
    }

    [Fact]
    public async Task The_card_names_columns_licence_and_citation()
    {
        using TemporaryFolder folder = new();
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = 0 }, null, Datasets.ZooUnits(20, 10, 64));
        string card = File.ReadAllText(folder["zoo/README.md"]);
        foreach (string word in (string[])["# zoo", "CC0-1.0", "Noah (1)", "`forced.g_mag`", "µJy", "[ragged, ragged]", "20 rows",
            "lsdb.open_catalog", "h5py.File"])
            Assert.Contains(word, card);
    }
}
