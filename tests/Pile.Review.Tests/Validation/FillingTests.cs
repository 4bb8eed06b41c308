using Pile.Format;
using Pile.Review.Tests.Conformance;
using Pile.TestKit;

namespace Pile.Review.Tests.Validation;

/// <summary>What shards contain where a row has no elements: values of light columns are changed in the file, which h5py finds there; the
/// padding of heavy columns, whose pieces have checksums, is changed in the manifest.</summary>
public sealed class FillingTests
{
    private const string Change = """
        import sys, h5py, numpy as np
        path, column, row, element, value = sys.argv[1:6]
        with h5py.File(path) as f:
            d = f[column]
            values, offset = d[:], d.id.get_offset()
            values[(int(row), int(element)) if element else int(row)] = float(value)
        with open(path, 'r+b') as f:
            f.seek(offset)
            f.write(values.tobytes())
        """;

    [Theory]
    [InlineData("nested", "lc.flux", "0", "4", "5", "padding of the manifest after the row's 4 elements, found 5 at element 4")]
    [InlineData("nested", "neighbours", "3", "5", "9", "after the row's 2 elements, found 9 at element 5")]
    [InlineData("nested", "neighbours", "2", "0", "7", "after the row's 0 elements, found 7 at element 0")]
    [InlineData("spectrum", "vdisp", "null", "", "0", "expected NaN as the element of a missing value, found 0")]
    public async Task Values_without_a_row_are_those_of_the_format(string sample, string column, string row, string element, string value,
        string message)
    {
        using MutableDataset dataset = new(ConformanceFolder.Valid(sample));
        string shard = dataset[dataset.Shard(0)];
        if (row == "null")
            row = Python.Run("import sys, h5py\nprint(list(h5py.File(sys.argv[1])[sys.argv[2] + '_isnull'][:]).index(True))", shard, column)
                .Trim();
        Python.Run(Change, shard, column, row, element, value);
        dataset.Seal();
        Finding finding = Assert.Single((await Validate(dataset)).Findings);
        Assert.Equal((FindingCodes.ShardIndexMismatch, column), (finding.Code, finding.Column));
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spectrum", "spectrum_flux")]
    [InlineData("cube", "cube_flux")]
    public async Task The_padding_of_heavy_columns_is_that_of_the_manifest(string sample, string column)
    {
        using MutableDataset dataset = new(ConformanceFolder.Valid(sample));
        string manifest = File.ReadAllText(dataset["pile.yaml"]);
        int start = manifest.IndexOf($"- name: {column}\n", StringComparison.Ordinal);
        string entry = manifest[start..manifest.IndexOf("\n- name:", start + 1, StringComparison.Ordinal)];
        string padding = entry[entry.IndexOf("padding:", StringComparison.Ordinal)..].Split('\n')[0];
        dataset.EditManifest(entry, entry.Replace(padding, "padding: 5", StringComparison.Ordinal));
        IReadOnlyList<Finding> findings = [.. (await Validate(dataset)).Findings.Where(f => f.Code == FindingCodes.ShardIndexMismatch)];
        Assert.NotEmpty(findings);
        Assert.All(findings, f => Assert.Equal(column, f.Column));
        Assert.Contains("expected the padding of the manifest beyond the row's shape", findings[0].Message, StringComparison.Ordinal);
    }

    private static Task<ValidationReport> Validate(MutableDataset dataset) => DatasetValidator.ValidateAsync(dataset.Path,
        new ValidationOptions { Deep = true }, TestContext.Current.CancellationToken);
}
