using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <summary>Where the values of one LIST cell lie among the values of its chunk.</summary>
/// <param name="Offset">Index of the first value in <see cref="DuckDbVector.Child"/>.</param>
/// <param name="Length">Number of values; 0 or undefined where the cell is NULL.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DuckDbListEntry(long Offset, long Length)
{
    /// <summary>Cuts this cell's values out of the child's.</summary>
    internal ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> childValues) => childValues.Slice(checked((int)Offset), checked((int)Length));
}
