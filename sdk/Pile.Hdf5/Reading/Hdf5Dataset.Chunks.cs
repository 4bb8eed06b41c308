using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <content>Where the chunks lie, for reading them without the library.</content>
internal sealed partial class Hdf5Dataset
{
    /// <summary>Reads where all chunks lie.</summary>
    /// <remarks>Files in HDF5's default format are read at once; others go through the library, whose time grows with the square of the number of chunks.</remarks>
    /// <exception cref="ArgumentException">The dataset has no chunks.</exception>
    /// <exception cref="Hdf5Exception">The index contradicts itself, or points outside the file.</exception>
    internal ChunkIndex ReadChunkIndex()
    {
        if (chunkShape.Length is 0)
            throw new ArgumentException($"Dataset '{Path}' has no chunks.");
        CheckPlausible();
        FileBytes content = OpenContent(out bool isUsual, out long header);
        if (!isUsual || !ObjectHeader.TryFindChunkTree(content, header, shape.Length, place, out long tree, out uint[] declared))
            return AskLibrary(content);
        if (!declared.Select(length => (long)length).SequenceEqual([.. chunkShape, Type.StoredBytes]))
            throw place.Found($"its layout declares the chunks [{string.Join(", ", declared)}], expected [{string.Join(", ", chunkShape)}] of {Type.StoredBytes} bytes");
        if (tree == -1)
            return new(shape, chunkShape, [], [], place);
        (List<Hdf5Piece> pieces, List<long> coordinates) = new ChunkTree(content, shape, chunkShape, place).Read(tree);
        CheckSizes(pieces);
        return new(shape, chunkShape, [.. pieces], [.. coordinates], place);
    }

    private FileBytes OpenContent(out bool isUsual, out long header)
    {
        using (Hdf5Library.Enter())
        {
            using PropertyHandle creation = place.Check(Hdf5Native.GetFileCreation(file), "reading the file's sizes");
            place.Check(Hdf5Native.GetUserBlock(creation, out ulong userBlock), "reading the file's sizes");
            place.Check(Hdf5Native.GetSizes(creation, out nuint addressBytes, out nuint sizeBytes), "reading the file's sizes");
            place.Check(Hdf5Native.GetObjectInfo(handle, out Hdf5Native.ObjectInfo info), "looking for the object header");
            (isUsual, header) = (addressBytes is 8 && sizeBytes is 8, info.HeaderAddress);
            return new(bytes, fileBytes, userBlock <= (ulong)fileBytes ? (long)userBlock : throw place.Found("its user block is longer than the file"), place);
        }
    }

    private ChunkIndex AskLibrary(FileBytes content)
    {
        using (Hdf5Library.Enter())
        {
            using SpaceHandle space = place.Check(Hdf5Native.GetSpace(handle), "reading the chunk index");
            place.Check(Hdf5Native.GetChunkCount(handle, space, out ulong count), "reading the chunk index");
            List<(long[] At, Hdf5Piece Piece)> found = [];
            ulong[] at = new ulong[shape.Length];
            for (ulong i = 0; i < count; i++)
            {
                place.Check(Hdf5Native.GetChunkInfo(handle, space, i, at, out uint mask, out ulong address, out ulong storedBytes), "reading the chunk index");
                if (address is Hdf5Native.Undefined)
                    continue;
                if (storedBytes is 0 or > int.MaxValue)
                    throw place.Found($"its chunk index names a chunk of {storedBytes} bytes");
                found.Add((Hdf5Shape.Signed(at, place), new(content.Offset((long)address, (long)storedBytes), (int)storedBytes, mask)));
            }
            found.Sort((a, b) => a.At.AsSpan().SequenceCompareTo(b.At));
            CheckSizes(found.Select(chunk => chunk.Piece));
            return new(shape, chunkShape, [.. found.Select(chunk => chunk.Piece)], [.. found.SelectMany(chunk => chunk.At)], place);
        }
    }

    private void CheckSizes(IEnumerable<Hdf5Piece> pieces)
    {
        long chunkBytes = chunkShape.Aggregate((long)Type.StoredBytes, (product, length) => product * length);
        if (Filters.Count is 0 && pieces.FirstOrDefault(piece => piece.StoredBytes != chunkBytes) is { StoredBytes: > 0 } wrong)
            throw place.Found($"a chunk at byte {wrong.Offset} has {wrong.StoredBytes} bytes, expected {chunkBytes}");
    }
}
