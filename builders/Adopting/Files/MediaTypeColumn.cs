using Pile.Format;

namespace Pile.Adopting;

/// <summary>The column <c>media_type</c>.</summary>
internal static class MediaTypeColumn
{
    /// <summary>Returns the column; a type that was not determined is null.</summary>
    internal static TextColumnData Of(ReadOnlySpan<MediaType> types)
    {
        int[] starts = new int[types.Length + 1];
        bool[] isNull = new bool[types.Length];
        for (int row = 0; row < types.Length; row++)
        {
            isNull[row] = types[row] == MediaType.Unknown;
            starts[row + 1] = starts[row] + MediaTypes.NameOf(types[row]).Length;
        }
        byte[] utf8 = new byte[starts[^1]];
        for (int row = 0; row < types.Length; row++)
            MediaTypes.NameOf(types[row]).CopyTo(utf8.AsSpan(starts[row]));
        return new TextColumnData(FileColumns.MediaType, utf8, starts,
            isNull.AsSpan().Contains(true) ? isNull : default(ReadOnlyMemory<bool>));
    }
}
