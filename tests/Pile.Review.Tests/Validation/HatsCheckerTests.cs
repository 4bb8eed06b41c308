using Pile.DuckDb;
using Pile.Format;
using Pile.Review.Tests.Conformance;
using Pile.TestKit;

namespace Pile.Review.Tests.Validation;

public class HatsCheckerTests
{
    private const string Order1 = "catalog/hats-tree/small_sky_order1_collection/small_sky_order1";

    [Theory] // catalogues written by the hats library, which its tests treat as strictly valid
    [InlineData("catalog/hats-tree/small_sky")]
    [InlineData("catalog/hats-tree/small_sky_xmatch")]
    [InlineData("catalog/hats-tree/small_sky_xmatch_margin")]
    [InlineData("catalog/hats-tree/small_sky_left_xmatch")]
    [InlineData("catalog/hats-tree/small_sky_order1_collection")]
    [InlineData("catalog/hats-tree/small_sky_order1_collection/small_sky_order1_margin_2deg")]
    [InlineData(Order1)]
    [InlineData("catalog/hats-tree/small_sky_order1_collection/small_sky_order1_margin_1deg")]
    [InlineData("catalog/hats-tree/small_sky_order1_collection/small_sky_order1_id_index")]
    public void Catalogues_of_the_hats_library_are_valid(string folder) =>
        Assert.Empty(HatsChecker.Check(TestPaths.Data(folder), TestContext.Current.CancellationToken));

    private const string Collection = "catalog/hats-tree/small_sky_order1_collection";

    [Theory]
    [InlineData("collection.properties", "hats_primary_table_url=small_sky_order1", "hats_primary_table_url=elsewhere",
        "'hats_primary_table_url': expected a folder of the collection, found 'elsewhere'")]
    [InlineData("collection.properties", "hats_primary_table_url=small_sky_order1", "hats_primary_table_url=small_sky_order1_id_index",
        "to be of type object or source, found 'index'")]
    [InlineData("collection.properties", "default_margin=small_sky_order1_margin_1deg", "default_margin=small_sky_order1_margin_3deg",
        "'default_margin': expected one of all_margins")]
    [InlineData("collection.properties", "all_indexes=id ", "all_indexes=name ", "expected an index of 'id'")]
    [InlineData("collection.properties", "all_indexes=id small", "all_indexes=small", "pairs of a column and a folder")]
    [InlineData("collection.properties", "obs_regime=Optical", "colour=red", "'colour': expected only keys that HATS defines")]
    [InlineData("collection.properties", "obs_collection=", "obs_title=", "'obs_collection': expected a value")]
    [InlineData("small_sky_order1_margin_1deg/hats.properties", "hats_margin_threshold=3600.0", "hats_margin_threshold=wide",
        "'hats_margin_threshold': expected arcseconds, found 'wide'")]
    [InlineData("small_sky_order1_id_index/hats.properties", "hats_index_column=id", "hats_index=id",
        "'hats_index_column': expected the name of a column")]
    [InlineData("small_sky_order1/hats.properties", "hats_skymap_order=1", "hats_skymap_order=2",
        "expected order 2, as the properties declare, found 1")]
    [InlineData("small_sky_order1/hats.properties", "hats_skymap_order=1\n", "", "expected its order as 'hats_skymap_order'")]
    public void A_violated_rule_of_collections_is_reported(string file, string from, string to, string message)
    {
        using MutableDataset collection = new(TestPaths.Data(Collection));
        collection.Edit(file, from, to);
        Assert.Contains(HatsChecker.Check(collection.Path, TestContext.Current.CancellationToken),
            f => f.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_margin_that_lacks_a_row_within_its_threshold_is_reported()
    {
        using MutableDataset collection = new(TestPaths.Data(Collection));
        // the larger threshold requires more rows
        collection.Edit("small_sky_order1_margin_1deg/hats.properties", "hats_margin_threshold=3600.0", "hats_margin_threshold=12000.0");
        Assert.Contains(HatsChecker.Check(collection.Path, TestContext.Current.CancellationToken),
            f => f.Code == FindingCodes.MarginMismatch && f.Message.Contains("found it in no margin tile there", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_in_the_wrong_tile_are_reported()
    {
        using MutableDataset collection = new(TestPaths.Data(Collection));
        string tile = "small_sky_order1/dataset/Norder=1/Dir=0/Npix=44.parquet",
            margin = "small_sky_order1_margin_1deg/dataset/Norder=1/Dir=0/Npix=44.parquet";
        string[] swapped = [collection[tile], collection[margin]];
        byte[][] bytes = [.. swapped.Select(File.ReadAllBytes)];
        File.WriteAllBytes(swapped[0], bytes[1]);
        File.WriteAllBytes(swapped[1], bytes[0]);
        var findings = HatsChecker.Check(collection.Path, TestContext.Current.CancellationToken);
        Assert.Contains(findings, f => f.Code == FindingCodes.HealpixMismatch && f.Path == tile
            && f.Message.Contains("expected a row of the tile 1/44", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Code == FindingCodes.HealpixMismatch && f.Path == margin
            && f.Message.Contains("expected rows of other tiles than 1/44", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NESTED", "RING  ", "expected ORDERING to be NESTED, found RING")]
    [InlineData("NSIDE   =                    2", "NSIDE   =                    3", "expected NSIDE to be a power of two")]
    [InlineData("NSIDE   =                    2", "NSIDE   =                    4", "expected 192 pixels of order 2, found 48")]
    [InlineData("\0\0\0", "\0\u0001\0", "expected the 131 rows of the catalogue, found")]
    [InlineData("BINTABLE", "IMAGE   ", "expected XTENSION to be BINTABLE")]
    public void A_damaged_sky_map_is_reported(string from, string to, string message)
    {
        using MutableDataset catalogue = new(TestPaths.Data(Order1));
        byte[] map = File.ReadAllBytes(catalogue["skymap.fits"]);
        System.Text.Encoding.ASCII.GetBytes(to, map.AsSpan(map.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(from))));
        File.WriteAllBytes(catalogue["skymap.fits"], map);
        Assert.Contains(HatsChecker.Check(catalogue.Path, TestContext.Current.CancellationToken),
            f => f.Path == "skymap.fits" && f.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Order1, 131)]
    [InlineData(Collection, 131)]
    public async Task A_HATS_catalogue_without_a_manifest_is_validated(string folder, long rows)
    {
        ValidationReport report = await DatasetValidator.ValidateAsync(TestPaths.Data(folder),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((true, rows), (report.IsValid, report.Rows));
    }

    [Fact]
    public void The_index_and_margin_of_a_dataset_are_a_valid_collection()
    {
        string subset = Path.Combine(ConformanceFolder.Valid("margin"), "main");
        Assert.True(File.Exists(Path.Combine(subset, "collection.properties")));
        Assert.Empty(HatsChecker.Check(subset, TestContext.Current.CancellationToken));
        Assert.Empty(HatsChecker.Check(Path.Combine(subset, "index_3600arcs"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("image")]
    [InlineData("catalogue-text")]
    [InlineData("empty")]
    public void An_index_is_a_valid_catalogue(string name) =>
        Assert.Empty(HatsChecker.Check(Path.Combine(ConformanceFolder.Valid(name), "main", "index"),
            TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("hats.properties", "hats_nrows=131", "hats_nrows=132", "hats.properties", "'hats_nrows': expected 131")]
    [InlineData("hats.properties", "dataproduct_type=object", "dataproduct_type=galaxy", "hats.properties", "found 'galaxy'")]
    [InlineData("hats.properties", "hats_col_ra=ra", "hats_col_ra=alpha", "hats.properties", "found 'alpha'")]
    [InlineData("hats.properties", "hats_col_dec=dec\n", "", "hats.properties", "'hats_col_dec': expected the name of a column")]
    [InlineData("hats.properties", "obs_collection", "obs\\u00zz", "hats.properties", "escape")]
    [InlineData("partition_info.csv", "1,47", "1,40", "dataset/Norder=1/Dir=0/Npix=40.parquet", "found none")]
    [InlineData("partition_info.csv", "1,47", "1,44", "partition_info.csv", "found 1/44 again")]
    [InlineData("partition_info.csv", "1,47", "1,47\n0,11", "partition_info.csv", "inside 0/11")]
    [InlineData("partition_info.csv", "1,47", "30,47", "partition_info.csv", "found '30,47'")]
    [InlineData("partition_info.csv", "Norder", "Order", "partition_info.csv", "the columns Norder and Npix")]
    public void A_violated_rule_is_reported(string file, string from, string to, string path, string message)
    {
        using MutableDataset catalogue = new(TestPaths.Data(Order1));
        catalogue.Edit(file, from, to);
        Assert.Contains(HatsChecker.Check(catalogue.Path, TestContext.Current.CancellationToken),
            f => f.Code == FindingCodes.HatsInvalid && f.Path == path && f.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("collection.properties", "hats_primary_table_url=small_sky_order1", "hats_primary_table_url=./small_sky_order1/")]
    [InlineData("small_sky_order1/partition_info.csv", "Norder", "\uFEFFNorder")]
    [InlineData("small_sky_order1/partition_info.csv", "1,47", "1.0,47.0")]
    public void Other_spellings_of_names_and_numbers_are_valid(string file, string from, string to)
    {
        using MutableDataset collection = new(TestPaths.Data(Collection));
        collection.Edit(file, from, to);
        Assert.Empty(HatsChecker.Check(collection.Path, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("id + 0.5::DOUBLE AS id", "expected 'id' as BIGINT, as 'dataset/_common_metadata' declares, found ")]
    [InlineData("id::DOUBLE AS id", null)]
    [InlineData("id::INTEGER AS id", null)]
    public void A_value_that_does_not_fit_the_declared_type_is_reported(string column, string? message)
    {
        using MutableDataset catalogue = new(TestPaths.Data(Order1));
        string tile = "dataset/Norder=1/Dir=0/Npix=44.parquet", path = catalogue[tile];
        using (DuckDbDatabase database = DuckDbDatabase.OpenInMemory())
        using (DuckDbConnection connection = database.Connect())
            connection.Execute($"COPY (SELECT * REPLACE ({column}) FROM '{path}') TO '{path}.new' (FORMAT PARQUET)",
                cancellationToken: TestContext.Current.CancellationToken);
        File.Move(path + ".new", path, overwrite: true);
        var findings = HatsChecker.Check(catalogue.Path, TestContext.Current.CancellationToken);
        if (message is null)
            Assert.Empty(findings);
        else
            Assert.Contains(findings, f => f.Code == FindingCodes.HatsInvalid && f.Path == tile && f.Row == 0
                && f.Message.StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dataset/Norder=1/Dir=0/Npix=44.parquet.lock")]
    [InlineData("dataset/Norder=1/Dir=0/Npix=12.parquet")]
    public void An_unlisted_file_among_the_tiles_is_reported(string path)
    {
        using MutableDataset catalogue = new(TestPaths.Data(Order1));
        File.WriteAllText(catalogue[path], "");
        Assert.Equal(path, Assert.Single(HatsChecker.Check(catalogue.Path, TestContext.Current.CancellationToken)).Path);
    }

    [Theory]
    [InlineData("hats.properties", 0)] // the copy is used instead, as in the library
    [InlineData("dataset/_common_metadata", 1)]
    [InlineData("partition_info.csv", 1)]
    [InlineData("dataset/Norder=1/Dir=0/Npix=44.parquet", 1)]
    public void A_missing_file_is_reported(string path, int findings)
    {
        using MutableDataset catalogue = new(TestPaths.Data(Order1));
        catalogue.Delete(path);
        int found = HatsChecker.Check(catalogue.Path, TestContext.Current.CancellationToken).Length;
        Assert.Equal(findings, found);
    }

    [Theory]
    [InlineData("a=1\nb : 2\nc 3\n", "a", "1")]
    [InlineData("a=1\nb : 2\nc 3\n", "b", "2")]
    [InlineData("a=1\nb : 2\nc 3\n", "c", "3")]
    [InlineData("# a=0\n! a=0\n\n  a = x y \\\n   z\n", "a", "x y z")]
    [InlineData("a\\=b=\\u00fc\\\\n", "a=b", "ü\\n")]
    [InlineData("a=1\na=2", "a", "2")]
    public void Properties_are_parsed_as_in_Java(string text, string key,
        string value) => Assert.Equal(value, HatsProperties.Parse(text)[key]);
}
