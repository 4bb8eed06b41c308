namespace Pile.Hdf5.Native;

/// <summary>The lengths of a dataspace.</summary>
internal static class Hdf5Shape
{
    private const int NullSpace = 2;

    /// <summary>The lengths: none for a scalar, [0] where the space holds nothing.</summary>
    internal static long[] Of(SpaceHandle space, Hdf5Place place)
    {
        if (place.Check(Hdf5Native.GetSpaceKind(space), "reading the shape") is NullSpace)
            return [0];
        ulong[] shape = new ulong[place.Check(Hdf5Native.GetRank(space), "reading the shape")];
        if (shape.Length > 0)
            place.Check(Hdf5Native.GetShape(space, shape, []), "reading the shape");
        return Signed(shape, place);
    }

    /// <summary>The lengths as signed numbers.</summary>
    internal static long[] Signed(ulong[] shape, Hdf5Place place) =>
        Array.ConvertAll(shape, length => length <= long.MaxValue ? (long)length : throw place.Found($"declares the shape [{string.Join(", ", shape)}]"));

    /// <summary>How many elements a shape has.</summary>
    /// <exception cref="Hdf5Exception">More than there can be.</exception>
    internal static long Elements(ReadOnlySpan<long> shape, Hdf5Place place)
    {
        long count = 1;
        foreach (long length in shape)
            if (length is 0)
                return 0;
        foreach (long length in shape)
            count = Math.BigMul(count, length, out long low) is 0 && low >= 0 ? low : throw place.Found($"declares the shape [{string.Join(", ", shape.ToArray())}]");
        return count;
    }
}
