using Pile.Format;
using Pile.Review.Tests.Conformance;
using Pile.TestKit;
using Pile.Writing.Tests;

namespace Pile.Review.Tests.Validation;

/// <summary>Shards that h5py changes so that they contradict the manifest or the index, while every checksum is right.</summary>
public sealed class ShardContradictionsTests
{
    private const string FirstRow = """
        import sys, h5py, numpy as np
        path, column, null = sys.argv[1:4]
        rows = np.flatnonzero(h5py.File(path)[column + '_isnull'][:] == (null == 'True'))
        print(rows[0] if len(rows) else 'none')
        """;

    [Theory]
    [InlineData("spectrum", "template", true, "expected a value, as in the index, found none according to 'template_isnull'",
        Traits = ["Run", "Long"])]
    [InlineData("spectrum", "template", false, "expected no value, as in the index, found one according to 'template_isnull'")]
    [InlineData("nested", "picture", true, "expected a value, as in the index, found none according to 'picture_isnull'")]
    [InlineData("nested", "picture", false, "expected no value, as in the index, found one according to 'picture_isnull'",
        Traits = ["Run", "Long"])]
    public async Task A_heavy_value_that_is_missing_in_the_shard_or_in_the_index_alone_is_reported(string sample, string column,
        bool isNull, string message)
    {
        using MutableDataset dataset = new(ConformanceFolder.Valid(sample));
        (int source, int row) = RowWhere(dataset, column, isNull: !isNull);
        dataset.EditShard(dataset.Shard(source), $"f['{column}_isnull'][{row}] = {(isNull ? "True" : "False")}");
        dataset.Seal();
        Finding finding = Assert.Single((await Validate(dataset)).Findings);
        Assert.Equal((FindingCodes.ShardIndexMismatch, dataset.Shard(source), row, column, message),
            (finding.Code, finding.Path, (int)finding.Row!, finding.Column, finding.Message));
    }

    [Theory]
    [InlineData("f['lc.class'].attrs['category_code'] = np.array([1, 0])", "found [1, 0]")]
    [InlineData("f['lc.class'].attrs['category_code'] = np.array([0])", "found [0]", Traits = ["Run", "Long"])]
    [InlineData("f['lc.class'].attrs['category_code'] = np.array([0, 1, 2])", "found [0, 1, 2]", Traits = ["Run", "Long"])]
    [InlineData("f['lc.class'].attrs['category_code'] = np.array([0.5, 1])", "found [0.5, 1]")]
    [InlineData("del f['lc.class'].attrs['category_code']", "found none")]
    public async Task The_codes_of_categories_are_those_of_the_manifest(string python, string message)
    {
        Finding finding = Assert.Single(await FindingsAfter("nested", python));
        Assert.Equal((FindingCodes.ShardSchemaMismatch, "lc.class"), (finding.Code, finding.Column));
        Assert.Equal($"expected the attribute 'category_code' to be [0, 1], {message}", finding.Message);
    }

    [Theory]
    [InlineData("unit", "'mag'")]
    [InlineData("ucd", "'phot.mag'", Traits = ["Run", "Long"])]
    [InlineData("description", "'a magnitude'", Traits = ["Run", "Long"])]
    [InlineData("mask", "'true_is_bad'", Traits = ["Run", "Long"])]
    [InlineData("mask_bits", "'0: bad'")]
    [InlineData("encoding", "'png'", Traits = ["Run", "Long"])]
    [InlineData("nested", "'lc'")]
    [InlineData("time_scale", "'TDB'", Traits = ["Run", "Long"])]
    [InlineData("time_reference", "'BARYCENTER'", Traits = ["Run", "Long"])]
    [InlineData("time_zero_mjd", "56999.5")]
    [InlineData("spectral_medium", "'air'", Traits = ["Run", "Long"])]
    [InlineData("sentinels", "np.array([-99.0])")]
    [InlineData("category_code", "np.array([0, 1])", Traits = ["Run", "Long"])]
    [InlineData("category_name", "['star', 'galaxy']", Traits = ["Run", "Long"])]
    [InlineData("band_name", "['g', 'r']")]
    [InlineData("band_unit", "['mag', 'mag']", Traits = ["Run", "Long"])]
    [InlineData("band_wavelength_angstrom", "np.array([4770.0, 6231.0])", Traits = ["Run", "Long"])]
    [InlineData("band_zero_point_mag", "np.array([22.5, 22.5])", Traits = ["Run", "Long"])]
    [InlineData("band_mask_bits", "['0: bad', '0: bad']", Traits = ["Run", "Long"])]
    public async Task An_attribute_of_a_column_that_the_manifest_does_not_have_is_reported(string attribute, string value)
    {
        Finding finding = Assert.Single(await FindingsAfter("spectrum", $"f['SNR'].attrs['{attribute}'] = {value}"));
        Assert.Equal((FindingCodes.ShardSchemaMismatch, "SNR"), (finding.Code, finding.Column));
        Assert.StartsWith($"expected no attribute '{attribute}', as the manifest has no such value, found ", finding.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalogue-int64", "spectral_medium", "'air'")]
    [InlineData("catalogue-int64", "aliases", "'[]'")]
    [InlineData("image", "time_reference", "'BARYCENTER'")]
    [InlineData("hash", "frame", "'ICRS'")]
    public async Task An_attribute_of_the_file_that_the_manifest_does_not_have_is_reported(string sample, string attribute, string value)
    {
        Finding finding = Assert.Single(await FindingsAfter(sample, $"f.attrs['{attribute}'] = {value}"));
        Assert.Equal((FindingCodes.ShardSchemaMismatch, null), (finding.Code, finding.Column));
        Assert.StartsWith($"expected no attribute '{attribute}', as the manifest has no such value, found ", finding.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f['ra'].attrs['foo'] = 'bar'")]
    [InlineData("f['ra'].attrs['CLASS'] = 'DIMENSION_SCALE'")]
    [InlineData("f.attrs['foo'] = np.array([1.5, 2])")]
    [InlineData("f.attrs['time_scale'] = 'TAI'")] // of a dataset without the columns that it applies to (S4.8)
    public async Task Attributes_of_other_programs_are_accepted(string python) =>
        Assert.Empty(await FindingsAfter("catalogue-int64", python));

    [Fact]
    public async Task A_manifest_that_lacks_the_time_of_a_column_contradicts_the_shards()
    {
        using MutableDataset dataset = new(ConformanceFolder.Valid("nested"));
        dataset.EditManifest("  time: {scale: UTC, zero_mjd: 0}\n", "");
        Finding[] findings = [.. (await Validate(dataset)).Findings.Where(f => f.Code == FindingCodes.ShardSchemaMismatch)];
        Assert.All(findings, f => Assert.Equal("lc.time", f.Column));
        foreach (string attribute in (string[])["'time_scale', as the manifest has no such value, found 'UTC'",
            "'time_zero_mjd', as the manifest has no such value, found [0]"])
            Assert.Contains(findings, f => f.Message == $"expected no attribute {attribute}");
    }

    [Theory]
    [InlineData("catalogue-int64", 1000)]
    [InlineData("hash", 44)]
    public async Task The_rows_of_a_shard_whose_cell_does_not_exist_are_reported(string sample, int cell)
    {
        using MutableDataset dataset = new(ConformanceFolder.Valid(sample));
        string[][] shards = [.. SqlRows.Of($"SELECT path, rows, source FROM {dataset.Parquet("files.parquet")} WHERE kind = 'shard' "
            + "ORDER BY source DESC").Select(l => l.Select(c => c!).ToArray())];
        string before = shards[0][0], after = string.Join('/', before.Split('/')[0],
            $"{before.Split('/')[1].Split('=')[0]}={cell}", before.Split('/')[2]);
        Directory.CreateDirectory(Path.GetDirectoryName(dataset[after])!);
        File.Move(dataset[before], dataset[after]);
        dataset.RewriteList($"SELECT * REPLACE (CASE path WHEN '{before}' THEN '{after}' ELSE path END AS path) FROM tile");
        Finding[] findings = [.. (await Validate(dataset)).Findings.Where(f => f.Code == FindingCodes.CellMismatch)];
        Assert.Equal(int.Parse(shards[0][1]), findings.Length);
        Assert.All(findings, f => Assert.Matches($"^expected a shard of the cell [0-9]+, found '{after}'$", f.Message));
    }

    private static async Task<IReadOnlyList<Finding>> FindingsAfter(string sample, string python)
    {
        using MutableDataset dataset = new(ConformanceFolder.Valid(sample));
        dataset.EditShard(dataset.Shard(0), python);
        dataset.Seal();
        return (await Validate(dataset)).Findings;
    }

    /// <summary>Returns the first row, by shard, that has no value or that has one, according to h5py.</summary>
    private static (int Source, int Row) RowWhere(MutableDataset dataset, string column, bool isNull)
    {
        for (int source = 0; source < SqlRows.Of($"FROM {dataset.Parquet("files.parquet")} WHERE kind = 'shard'").Count; source++)
            if (Python.Run(FirstRow, dataset[dataset.Shard(source)], column, $"{isNull}").Trim() is var row && row != "none")
                return (source, int.Parse(row));
        throw new InvalidOperationException($"No row of '{column}' is {(isNull ? "null" : "a value")}.");
    }

    private static Task<ValidationReport> Validate(MutableDataset dataset) => DatasetValidator.ValidateAsync(dataset.Path,
        new ValidationOptions { Deep = true }, TestContext.Current.CancellationToken);
}
