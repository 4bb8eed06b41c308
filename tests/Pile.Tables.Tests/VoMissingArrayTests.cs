using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Missing arrays in VOTables.</summary>
public sealed class VoMissingArrayTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact] // VOTable 1.4 §6: a cell of an array of fixed size has all its elements
    public async Task Missing_arrays_of_floats_of_fixed_size_have_all_elements_and_are_masked_by_astropy()
    {
        ColumnData[] columns =
        [
            new ColumnData<double>(Schema("d", DType.Float64, 2, 2), new double[] { 1, 2, 3, 4, 0, 0, 0, 0 }, new[] { false, true }),
            new ColumnData<float>(Schema("f", DType.Float32, 3), new float[] { 1, 2, 3, 0, 0, 0 }, new[] { false, true }),
            new ColumnData<double>(Schema("r", DType.Float64, ColumnSchema.Ragged), new double[] { 1 }, [1, 0], new[] { false, true }),
            new ColumnData<double>(Schema("s", DType.Float64), new double[] { 1, 0 }, new[] { false, true }),
        ];
        await TableWriter.WriteAsync(folder["t.vot"], [.. columns.Select(c => c.Schema)], One(new RowBatch(columns)),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("<TR><TD>NaN NaN NaN NaN</TD><TD>NaN NaN NaN</TD><TD/><TD/></TR>", File.ReadAllText(folder["t.vot"]),
            StringComparison.Ordinal);
        Assert.Equal("True True 1", Python.Run("""
            import sys, numpy as np, warnings
            from astropy.io.votable import parse
            warnings.simplefilter('error')
            t = parse(sys.argv[1], verify='exception').get_first_table().array
            print(t['d'].mask[1].all() and not t['d'].mask[0].any(), t['f'].mask[1].all() and not t['f'].mask[0].any(), len(t['r'][0]))
            """, folder["t.vot"]).Trim());
    }

    private static ColumnSchema Schema(string name, DType type, params int[] shape) =>
        new() { Name = name, DType = type, Shape = [.. shape], Nullable = true };

    private static async IAsyncEnumerable<RowBatch> One(RowBatch batch)
    {
        await Task.Yield();
        yield return batch;
    }
}
