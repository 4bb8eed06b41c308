using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Reading;

public sealed partial class RowReader
{
    /// <summary>Reads a part of each row: of the columns that have the axes of the windows only these parts, the other columns
    /// completely.</summary>
    /// <remarks>Of values above 1 MiB that are stored without compression, only the bytes of the parts are read, which are not verified,
    /// because checksums are those of whole values. Each row is a batch; the columns with parts have the part as their shape.</remarks>
    /// <param name="windows">The parts, at most one for each axis.</param>
    /// <param name="onUnverified">Called for each part that is not verified although the whole value would be; null to do nothing.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ArgumentException">No column has an axis of a window, or an axis has two windows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A part is outside a row.</exception>
    /// <exception cref="ShardCorruptException">A row's bytes are damaged, truncated or missing.</exception>
    internal async IAsyncEnumerable<RowBatch> ReadWindowsAsync(IReadOnlyList<AxisWindow> windows, Action? onUnverified = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ImmutableArray<string>[] axes = [.. Columns.Select(AxesOf)];
        foreach (AxisWindow window in windows)
            if (!Array.Exists(axes, a => a.Contains(window.Axis)) || windows.Count(w => w.Axis == window.Axis) > 1 || window.Count < 1)
                throw new ArgumentException($"The window of axis '{window.Axis}' must have at least one element and be the only one of the "
                    + $"axis, and a column must have the axis; the columns are {string.Join(", ", Columns.Select(c => c.Schema.Name))}.",
                    nameof(windows));
        for (int row = 0; row < Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ColumnData[] columns = new ColumnData[Columns.Length];
            for (int i = 0; i < columns.Length; i++)
            {
                if (Columns[i].IsNull(row) || !windows.Any(w => axes[i].Contains(w.Axis)))
                {
                    columns[i] = Columns[i].Take([row], BatchMemory.Own);
                    continue;
                }
                (columns[i], bool isVerified) = await TakeAsync(Columns[i], axes[i], row, windows, cancellationToken)
                    .ConfigureAwait(false);
                if (!isVerified && Columns[i].IsVerified(row))
                    onUnverified?.Invoke();
            }
            yield return new RowBatch(columns);
        }
    }

    /// <summary>Returns true if a column has an axis, of which a window can be read.</summary>
    internal bool HasAxis(string axis) => Columns.Any(c => AxesOf(c).Contains(axis));

    private ImmutableArray<string> AxesOf(RowColumn column) =>
        column.IsHeavy ? Modality.Get(dataset.Manifest.Modality).Find(column.Schema.Name)?.Dims ?? [] : [];

    private static ValueTask<(ColumnData Part, bool IsVerified)> TakeAsync(RowColumn column, ImmutableArray<string> axes, int row,
        IReadOnlyList<AxisWindow> windows, CancellationToken cancellationToken)
    {
        int[] start = new int[axes.Length], count = column.ShapeOf(row).ToArray();
        foreach (AxisWindow window in windows)
            if (axes.IndexOf(window.Axis) is >= 0 and int axis)
                (start[axis], count[axis]) = (window.Start, window.Count);
        return column.TakeWindowAsync(row, start, count, cancellationToken);
    }
}
