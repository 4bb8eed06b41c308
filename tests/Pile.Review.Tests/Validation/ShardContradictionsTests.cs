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
    [InlineData("spectrum", "template", true, "expected a value, as in the index, found none according to 'template_isnull'")]
    [InlineData("spectrum", "template", false, "expected no value, as in the index, found one according to 'template_isnull'")]
    [InlineData("nested", "picture", true, "expected a value, as in the index, found none according to 'picture_isnull'")]
    [InlineData("nested", "picture", false, "expected no value, as in the index, found one according to 'picture_isnull'")]
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
