using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch.Tests;

/// <summary>Rows in memory as a side: id, position, and further columns.</summary>
internal sealed class MemorySide(double[] raDeg, double[] decDeg, params ColumnData[] further) : MatchSide
{
    private int identified;

    private static readonly ModalityColumn Id = Modality.Common.Find("object_id")!, Ra = Modality.Common.Find("ra")!, Dec = Modality.Common.Find("dec")!;

    public override string Name => "memory";

    public override ImmutableArray<ColumnSchema> Columns => [.. further.Select(c => c.Schema)];

    internal int Count => raDeg.Length;

    internal double[] RaDeg => raDeg;

    internal double[] DecDeg => decDeg;

    /// <summary>Ids of the rows; their numbers unless set.</summary>
    internal long[] Ids { get; init; } = [.. Enumerable.Range(0, raDeg.Length).Select(i => (long)i)];

    internal ColumnData Further(string name) => further.First(c => c.Schema.Name == name);

    /// <summary>True for a side that is another every time it is looked at.</summary>
    internal bool Changes { get; init; }

    /// <summary>Rows that are read; the highest number where pruning is tested.</summary>
    internal int RowsRead { get; private set; }

    internal override bool CanBePruned => true;

    internal override ImmutableArray<string> ErrorColumns => [.. Columns.Where(c => c.Name.EndsWith("_error", StringComparison.Ordinal)).Select(c => c.Name)];

    internal override string? TimeColumn => Columns.Any(c => c.Name == "mjd") ? "mjd" : null;

    internal override long? RowsAtMost => raDeg.Length;

    internal override Task<long?> CountAsync(CancellationToken cancellationToken) => Task.FromResult<long?>(raDeg.Length);

    internal override Task<SideIdentity> IdentifyAsync(CancellationToken cancellationToken) => Task.FromResult(new SideIdentity("table", "memory", null, "", "", Changes ? $"{identified++}" : ""));

    internal override Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach, CancellationToken cancellationToken) => Task.FromResult(new SidePlan(Name, 1, 1, raDeg.Length, 0, 0));

    internal override async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        RowBatch all = new([new ColumnData<long>(Id.With(DType.Int64, []), Ids), new ColumnData<double>(Ra.With(DType.Float64, []), raDeg), new ColumnData<double>(Dec.With(DType.Float64, []), decDeg),
            .. columnNames.Select(Further)]);
        if (reach is not null)
        {
            int[] within = [.. Enumerable.Range(0, Count).Where(i => double.IsNaN(raDeg[i]) || double.IsNaN(decDeg[i]) || reach.AtOrder29().Contains(Healpix.AngToPix(29, raDeg[i] % 360, decDeg[i])))];
            all = new RowBatch(all.Columns.Select(c => c.Take(within)));
        }
        RowsRead = all.RowCount;
        yield return all;
    }
}
