using Pile.Format;
using Pile.Review.Tests.Conformance;
using Pile.Review.Validation;
using Pile.TestKit;

namespace Pile.Review.Tests.Validation;

public class HatsCheckerTests
{
    private const string Order1 = "catalog/hats-tree/small_sky_order1_collection/small_sky_order1";

    [Theory] // catalogues that the hats library itself wrote, and its tests call strictly valid
    [InlineData("catalog/hats-tree/small_sky")]
    [InlineData(Order1)]
    [InlineData("catalog/hats-tree/small_sky_order1_collection/small_sky_order1_margin_1deg")]
    [InlineData("catalog/hats-tree/small_sky_order1_collection/small_sky_order1_id_index")]
    public void Catalogues_of_the_hats_library_are_valid(string folder) =>
        Assert.Empty(HatsChecker.Check(TestPaths.Data(folder), TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("image")]
    [InlineData("catalogue-text")]
    [InlineData("empty")]
    public void An_index_is_a_valid_catalogue(string name) =>
        Assert.Empty(HatsChecker.Check(Path.Combine(ConformanceFolder.Valid(name), "main", "index"), TestContext.Current.CancellationToken));

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
    public void A_broken_rule_is_named(string file, string from, string to, string path, string message)
    {
        using MutableDataset catalogue = new(TestPaths.Data(Order1));
        catalogue.Edit(file, from, to);
        Assert.Contains(HatsChecker.Check(catalogue.Path, TestContext.Current.CancellationToken),
            f => f.Code == FindingCodes.HatsInvalid && f.Path == path && f.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dataset/Norder=1/Dir=0/Npix=44.parquet.lock")]
    [InlineData("dataset/Norder=1/Dir=0/Npix=12.parquet")]
    public void A_stray_file_among_the_tiles_is_found(string path)
    {
        using MutableDataset catalogue = new(TestPaths.Data(Order1));
        File.WriteAllText(catalogue[path], "");
        Assert.Equal(path, Assert.Single(HatsChecker.Check(catalogue.Path, TestContext.Current.CancellationToken)).Path);
    }

    [Theory]
    [InlineData("hats.properties", 0)] // the copy counts, as for the library
    [InlineData("dataset/_common_metadata", 1)]
    [InlineData("partition_info.csv", 1)]
    [InlineData("dataset/Norder=1/Dir=0/Npix=44.parquet", 1)]
    public void A_missing_file_is_found(string path, int findings)
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
    public void Properties_are_read_as_Java_reads_them(string text, string key, string value) => Assert.Equal(value, HatsProperties.Parse(text)[key]);
}
