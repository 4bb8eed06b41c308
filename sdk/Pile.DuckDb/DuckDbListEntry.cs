using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <summary>The location of the values of one LIST cell within the values of its chunk.</summary>
/// <param name="Offset">Index of the first value in <see cref="DuckDbVector.Child"/>.</param>
/// <param name="Length">Number of values; 0 or undefined if the cell is NULL.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DuckDbListEntry(long Offset, long Length)
{
    /// <summary>Returns this cell's slice of the child's values.</summary>
    internal ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> childValues) => childValues.Slice(checked((int)Offset), checked((int)Length));
}
