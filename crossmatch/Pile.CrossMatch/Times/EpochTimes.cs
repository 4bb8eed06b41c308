using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>The epochs of the rows of one side that may be in a pair: times in the common scale, ascending, each with its index in the
/// array of the row. In memory or, above the limit, in temporary files.</summary>
/// <param name="rows">The number of rows of the side.</param>
/// <param name="work">The workspace in which epochs are stored.</param>
internal sealed class EpochTimes(int rows, MatchWorkspace work)
{
    private const int PieceEpochs = 1 << 20;

    private readonly List<(RowArray<double> Mjd, RowArray<int> Index)> pieces = [];
    private readonly int[] pieceOf = new int[rows], firstOf = new int[rows], countOf = new int[rows];
    private int free;

    /// <summary>Stores the epochs of a row. Missing times are left out.</summary>
    /// <param name="row">The row.</param>
    /// <param name="mjd">The times, in any order; NaN if missing.</param>
    /// <returns>The number of epochs with a time.</returns>
    internal int Add(int row, ReadOnlySpan<double> mjd)
    {
        int count = 0;
        double[] times = new double[mjd.Length];
        int[] indices = new int[mjd.Length];
        for (int i = 0; i < mjd.Length; i++)
            if (!double.IsNaN(mjd[i]))
                (times[count], indices[count++]) = (mjd[i], i);
        if (count == 0)
            return 0;
        bool isSorted = true;
        for (int i = 1; i < count && isSorted; i++)
            isSorted = times[i - 1] <= times[i];
        if (!isSorted)
        {
            (double Time, int Index)[] sorted = new (double, int)[count];
            for (int i = 0; i < count; i++)
                sorted[i] = (times[i], indices[i]);
            Array.Sort(sorted);
            for (int i = 0; i < count; i++)
                (times[i], indices[i]) = sorted[i];
        }
        if (pieces.Count == 0 || pieces[^1].Mjd.Count - free < count)
        {
            int length = Math.Max(PieceEpochs, count);
            pieces.Add((work.Rows<double>(length), work.Rows<int>(length)));
            free = 0;
        }
        (pieceOf[row], firstOf[row], countOf[row]) = (pieces.Count - 1, free, count);
        times.AsSpan(0, count).CopyTo(pieces[^1].Mjd.GetSpan()[free..]);
        indices.AsSpan(0, count).CopyTo(pieces[^1].Index.GetSpan()[free..]);
        free += count;
        return count;
    }

    /// <summary>Returns the epochs of a row; empty if it has none.</summary>
    internal ReadOnlySpan<double> Mjd(int row) =>
        countOf[row] == 0 ? default : pieces[pieceOf[row]].Mjd.GetSpan().Slice(firstOf[row], countOf[row]);

    /// <summary>Returns the index in the array of the row of an epoch of <see cref="Mjd"/>.</summary>
    internal int IndexOf(int row, int epoch) => pieces[pieceOf[row]].Index[firstOf[row] + epoch];

    /// <summary>Finds the epoch that is nearest to an interval; of equally near ones the first.</summary>
    /// <param name="mjd">Epochs, ascending; at least one.</param>
    /// <param name="start">The start of the interval.</param>
    /// <param name="end">Its end.</param>
    /// <param name="find">For the last before and the first after, epochs after the interval, or before it, do not count.</param>
    /// <returns>The epoch; -1 if none counts.</returns>
    internal static int Nearest(ReadOnlySpan<double> mjd, double start, double end, MatchFind find)
    {
        int after = Sorted.LowerBound(mjd, start);
        bool isWithin = after < mjd.Length && mjd[after] <= end;
        if (find == MatchFind.FirstAfter && !isWithin)
            return after < mjd.Length ? after : -1;
        if (find == MatchFind.LastBefore && !isWithin && after == 0)
            return -1;
        if (isWithin || (find != MatchFind.LastBefore && after < mjd.Length
            && (after == 0 || mjd[after] - end < start - mjd[after - 1])))
            return after;
        return Sorted.LowerBound(mjd, mjd[after - 1]);
    }
}
