using Pile.TestKit;

namespace Pile.Writing.Tests.Commit;

/// <summary>The list of skipped rows is part of the dataset, also after a resumed build.</summary>
public sealed class SkippedTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_resumed_build_lists_rows_that_were_skipped_before()
    {
        await using (DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Zoo.Spec, new WriterSettings()))
        {
            Fill(writer, "b", 3, "column 'dec': 95 is not a declination");
            using UnitSpill open = writer.BeginUnit("a", []);
            open.Skip("a.csv", 1, "lost with the unit");
        }
        await using DatasetWriter again = DatasetWriter.Create(folder["zoo"], Zoo.Spec, new WriterSettings { Resume = true });
        Assert.Equal((true, false, 1), (again.IsComplete("b"), again.IsComplete("a"), again.SkippedRowsOf("b")));
        Fill(again, "a", 7, "said \"no\"");
        again.Skip("c.csv", null, "it is empty");
        BuildSummary summary = await again.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, summary.Skipped);
        string list = Python.Run("import csv, sys\nfor row in csv.reader(open(sys.argv[1])): print('|'.join(row))",
            folder["zoo/skipped.csv"]);
        Assert.Equal("file|row|reason\nc.csv||it is empty\na.csv|7|said \"no\"\nb.csv|3|column 'dec': 95 is not a declination",
            list.ReplaceLineEndings("\n").Trim());
        Assert.Equal([["skipped.csv", "meta"]],
            SqlRows.Of($"SELECT path, kind FROM read_parquet('{folder["zoo/files.parquet"]}') WHERE path LIKE 'skipped%'"));
    }

    [Fact]
    public async Task A_dataset_without_skipped_rows_has_no_list_of_them()
    {
        BuildSummary summary = await Datasets.Build(folder["zoo"], Zoo.Spec, null, ("a", [Zoo.Batch([1, 2])]));
        Assert.Equal((0, false), (summary.Skipped, File.Exists(folder["zoo/skipped.csv"])));
    }

    private static void Fill(DatasetWriter writer, string unit, long row, string reason)
    {
        using UnitSpill spill = writer.BeginUnit(unit, []);
        spill.Append(Zoo.Batch([unit[0]]));
        spill.Skip($"{unit}.csv", row, reason);
        spill.Complete();
    }
}
