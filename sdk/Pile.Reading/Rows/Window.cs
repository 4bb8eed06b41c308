namespace Pile.Reading;

/// <summary>A window of an array, as runs of consecutive elements.</summary>
internal readonly struct Window
{
    private readonly int[] shape, start, count;

    /// <exception cref="ArgumentException">The window and the array differ in the number of axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The window extends outside the array.</exception>
    internal Window(string column, ReadOnlySpan<int> shape, ReadOnlySpan<int> start, ReadOnlySpan<int> count)
    {
        if (start.Length != shape.Length || count.Length != shape.Length)
            throw new ArgumentException($"A row of column '{column}' has {shape.Length} axes; the window has {start.Length} starts and "
                + $"{count.Length} lengths.", nameof(start));
        long elements = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (start[axis] < 0 || count[axis] < 0 || (long)start[axis] + count[axis] > shape[axis])
                throw new ArgumentOutOfRangeException(nameof(start), $"{start[axis]} to {(long)start[axis] + count[axis]}",
                    $"Axis {axis} of column '{column}' has {shape[axis]} elements in this row, but the window is from {start[axis]} to "
                        + $"{(long)start[axis] + count[axis]}. Choose a smaller window, or rows that contain it.");
            elements *= count[axis];
        }
        (this.shape, this.start, this.count) = (shape.ToArray(), start.ToArray(), count.ToArray());
        Elements = (int)elements;
    }

    /// <summary>The number of elements of the window.</summary>
    internal int Elements { get; }

    /// <summary>Returns the same window of a larger array, in whose corner at the origin the array is.</summary>
    internal Window Within(ReadOnlySpan<int> larger) => new("", larger, start, count);

    /// <summary>Returns the runs in the window's order: the index of the first element in the array, and the number of consecutive
    /// elements.</summary>
    internal List<(int From, int Count)> Runs()
    {
        List<(int From, int Count)> runs = [];
        if (Elements == 0)
            return runs;
        // All axes after the last one that is cut are complete.
        int cut = shape.Length - 1;
        while (cut >= 0 && count[cut] == shape[cut])
            cut--;
        int inner = 1;
        for (int axis = cut + 1; axis < shape.Length; axis++)
            inner *= shape[axis];
        if (cut < 0)
            return [(0, inner)];
        int[] at = new int[cut];
        do
        {
            int from = 0;
            for (int axis = 0; axis < cut; axis++)
                from = (from * shape[axis]) + start[axis] + at[axis];
            runs.Add((((from * shape[cut]) + start[cut]) * inner, count[cut] * inner));
        }
        while (Next(at));
        return runs;
    }

    private bool Next(int[] at)
    {
        for (int axis = at.Length - 1; axis >= 0; axis--)
        {
            if (++at[axis] < count[axis])
                return true;
            at[axis] = 0;
        }
        return false;
    }

    /// <summary>Copies the window of an array in memory.</summary>
    internal void Copy<T>(ReadOnlySpan<T> array, Span<T> destination)
    {
        foreach ((int from, int length) in Runs())
        {
            array.Slice(from, length).CopyTo(destination);
            destination = destination[length..];
        }
    }
}
