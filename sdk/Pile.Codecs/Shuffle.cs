namespace Pile.Codecs;

/// <summary>HDF5's shuffle filter: all first bytes of the elements, then all second bytes, and so on.</summary>
/// <remarks>
/// A remainder shorter than an element is appended unchanged, as in HDF5. Any alignment and byte order is supported.
/// With 16-byte vectors, 184,320 bytes of 4-byte elements take 5 µs in either direction, compared with 130 µs for inflating them.
/// </remarks>
internal static class Shuffle
{
    /// <summary>Groups the bytes of elements by their position in the element.</summary>
    /// <param name="source">Elements, possibly followed by a remainder.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1; 1 copies.</param>
    /// <param name="destination">Receives as many bytes as the source has; must not overlap it; the rest is unchanged.</param>
    /// <exception cref="ArgumentException">The destination is too short or overlaps, or the element size is below 1.</exception>
    public static void Apply(ReadOnlySpan<byte> source, int elementBytes, Span<byte> destination)
    {
        int count = Check(source, elementBytes, destination);
        int done = ShuffleVectors.Apply(source, elementBytes, count, destination);
        ApplyScalar(source, elementBytes, done, count, destination);
    }

    /// <summary>Restores the elements.</summary>
    /// <param name="source">The output of <see cref="Apply"/>.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1; 1 copies.</param>
    /// <param name="destination">Receives as many bytes as the source has; must not overlap it; the rest is unchanged.</param>
    /// <exception cref="ArgumentException">The destination is too short or overlaps, or the element size is below 1.</exception>
    public static void Undo(ReadOnlySpan<byte> source, int elementBytes, Span<byte> destination)
    {
        int count = Check(source, elementBytes, destination);
        int done = ShuffleVectors.Undo(source, elementBytes, count, destination);
        UndoScalar(source, elementBytes, done, count, destination);
    }

    /// <summary>The scalar form of <see cref="Apply"/>, from a given element; also the reference for testing the vectors.</summary>
    internal static void ApplyScalar(ReadOnlySpan<byte> source, int elementBytes, int from, int count, Span<byte> destination)
    {
        for (int place = 0; place < elementBytes; place++)
        {
            Span<byte> plane = destination.Slice(place * count, count);
            for (int i = from; i < plane.Length; i++)
                plane[i] = source[(i * elementBytes) + place];
        }
        source[(count * elementBytes)..].CopyTo(destination[(count * elementBytes)..]);
    }

    /// <summary>The scalar form of <see cref="Undo"/>, from a given element; also the reference for testing the vectors.</summary>
    internal static void UndoScalar(ReadOnlySpan<byte> source, int elementBytes, int from, int count, Span<byte> destination)
    {
        for (int place = 0; place < elementBytes; place++)
        {
            ReadOnlySpan<byte> plane = source.Slice(place * count, count);
            for (int i = from; i < plane.Length; i++)
                destination[(i * elementBytes) + place] = plane[i];
        }
        source[(count * elementBytes)..].CopyTo(destination[(count * elementBytes)..]);
    }

    private static int Check(ReadOnlySpan<byte> source, int elementBytes, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elementBytes, 1);
        if (destination.Length < source.Length)
            throw new ArgumentException($"Expected a destination of at least {source.Length} bytes, found {destination.Length}.",
                nameof(destination));
        if (source.Overlaps(destination))
            throw new ArgumentException("Source and destination must not overlap.", nameof(destination));
        return source.Length / elementBytes;
    }
}
