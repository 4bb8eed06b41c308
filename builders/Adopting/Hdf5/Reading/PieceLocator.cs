using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Finds the pieces of the rows of one column of a dataset in its file.</summary>
/// <remarks>Rows that are a range of plain bytes, also in chunks without filters, are one whole piece. Of other rows, the pieces are
/// chunks. Chunks that were never written have no bytes: a row of such chunks alone has no value, and one that has others, too, cannot be
/// located.</remarks>
internal sealed class PieceLocator
{
    private const int RowsPerRead = 4096;
    private readonly ForeignDataset dataset;
    private readonly SourceField field;
    private readonly bool hasRows;
    private readonly int[] shape, chunk, rowChunk;
    private readonly int elementBytes;
    private readonly byte order;
    private readonly long rowBytes, chunkRows, chunkRowElements;
    private readonly bool isRowOfOneChunk;
    private readonly PieceChecksums? checksums;
    private RowCompanions? companions;
    private (long FirstRow, uint[] Crcs, string? Damage) known = (-1, [], null);
    private int unwritten;

    /// <param name="dataset">The dataset.</param>
    /// <param name="field">The column, which has no <see cref="SourceField.ReferenceObstacle"/>.</param>
    /// <param name="hasRows">True if the first axis counts rows; false if the dataset is the value of one row.</param>
    /// <param name="checksums">Computes the checksums of pieces; null to compute none.</param>
    internal PieceLocator(ForeignDataset dataset, SourceField field, bool hasRows, PieceChecksums? checksums)
    {
        (this.dataset, this.field, this.hasRows, this.checksums) = (dataset, field, hasRows, checksums);
        elementBytes = field.Type.DType.ElementBytes();
        order = (byte)(IsBigEndian(field) ? PieceCodecs.BigEndian : 0);
        shape = [.. field.Shape];
        if (field.Type.Kind is FieldKind.Sequence)
        {
            (chunk, rowChunk) = ([], []);
            return;
        }
        rowBytes = field.ElementsPerRow * elementBytes;
        int axis = hasRows ? 1 : 0;
        IEnumerable<int> inner = dataset.ChunkShape.Skip(axis).Select(length => (int)length).Concat(field.Type.Axes);
        chunkRows = dataset.ChunkShape.Count is 0 ? 1 : hasRows ? dataset.ChunkShape[0] : 1;
        chunk = [(int)chunkRows, .. inner];
        rowChunk = [1, .. inner];
        chunkRowElements = inner.Aggregate(1L, (product, length) => product * length);
        isRowOfOneChunk = inner.SequenceEqual(shape);
    }

    /// <summary>Returns the number of rows since the last call without a value, because a chunk was never written.</summary>
    internal int TakeUnwritten()
    {
        int count = unwritten;
        unwritten = 0;
        return count;
    }

    /// <summary>Adds the locations of rows.</summary>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="rowCount">Their number.</param>
    /// <param name="file">The number of the file.</param>
    /// <param name="into">Receives the locations.</param>
    /// <param name="companions">Says which rows have a value, and their shapes, of these rows; null if all have, without padding.</param>
    /// <exception cref="Hdf5Exception">The index of chunks or a sequence is corrupt.</exception>
    internal void Locate(long firstRow, int rowCount, int file, ReferenceBuilder into, RowCompanions? companions = null)
    {
        this.companions = companions;
        if (field.Type.Kind is FieldKind.Sequence)
            LocateSequences(firstRow, rowCount, file, into);
        else if (dataset.Storage is ForeignStorage.Chunked)
            for (long row = firstRow, end = firstRow + rowCount; row < end;)
            {
                long next = hasRows ? Math.Min(((row / chunkRows) + 1) * chunkRows, end) : end;
                LocateInChunks(row, (int)(next - row), file, into);
                row = next;
            }
        else
            LocatePlain(firstRow, rowCount, file, into);
    }

    private void LocatePlain(long firstRow, int rowCount, int file, ReferenceBuilder into)
    {
        if (rowCount is 0)
            return;
        ReadOnlySpan<ForeignPiece> pieces = dataset.Pieces(hasRows ? firstRow : 0, hasRows ? rowCount : dataset.RowCount).Span;
        long stride = hasRows ? dataset.RowBytes : 0;
        for (int row = 0; row < rowCount; row++)
            if (TryAddWithoutElements(firstRow + row, file, into, out ReadOnlySpan<int> own))
                continue;
            else if (pieces.IsEmpty)
                AddUnwritten(file, into);
            else
                AddWhole(pieces[0].Offset + (row * stride) + field.MemberOffset, own, file, into);
    }

    private void LocateInChunks(long firstRow, int rowCount, int file, ReferenceBuilder into)
    {
        ReadOnlySpan<ForeignPiece> pieces = dataset.Pieces(hasRows ? firstRow : 0, hasRows ? rowCount : dataset.RowCount).Span;
        long expected = dataset.CountChunks(hasRows ? firstRow : 0, hasRows ? rowCount : dataset.RowCount);
        bool isPlain = true;
        foreach (ForeignPiece piece in pieces)
            isPlain &= CodecOf(piece) is 0;
        uint[] crcs = isPlain || checksums is null || pieces.Length < expected ? [] : ChecksumsOf(firstRow, pieces);
        long first = hasRows ? firstRow % chunkRows : 0, chunkRowBytes = chunkRowElements * elementBytes;
        long stride = field.IsMember ? dataset.RowBytes : chunkRowBytes;
        for (int row = 0; row < rowCount; row++)
        {
            long before = first + row;
            if (TryAddWithoutElements(firstRow + row, file, into, out ReadOnlySpan<int> own))
                continue;
            else if (pieces.IsEmpty)
                AddUnwritten(file, into);
            else if (pieces.Length < expected)
            {
                into.AddDamage($"{expected - pieces.Length} of the {expected} chunks of '{field.Place}' at this row were never written, so "
                    + "that the row cannot be located", "Write the dataset again with all its elements");
                into.AddNull(file);
            }
            else if (isPlain && (isRowOfOneChunk || field.IsMember) && pieces.Length is 1)
                AddWhole(pieces[0].Offset + (before * stride) + field.MemberOffset, own, file, into);
            else if (isPlain)
            {
                for (int i = 0; i < pieces.Length; i++)
                    if (IsPartOf(own, i))
                        Add(pieces[i].Offset + (before * chunkRowBytes), (int)chunkRowBytes, 0, null, into);
                into.AddRow(file, own, rowChunk, 0, chunkRowBytes);
            }
            else
            {
                if (crcs.Length > 0 && known.Damage is { } damage)
                    into.AddDamage(damage, "Get the file again");
                for (int i = 0; i < pieces.Length; i++)
                    if (IsPartOf(own, i))
                        Add(pieces[i].Offset, checked((int)pieces[i].StoredBytes), CodecOf(pieces[i]), crcs.Length is 0 ? 0 : crcs[i],
                            into);
                bool isWhole = chunkRows is 1 && isRowOfOneChunk && pieces.Length is 1 && own.SequenceEqual(shape);
                into.AddRow(file, own, isWhole ? [] : chunk, isWhole ? 0 : before * chunkRowElements, chunkRows * chunkRowBytes);
            }
        }
    }

    private void LocateSequences(long firstRow, int rowCount, int file, ReferenceBuilder into)
    {
        Span<int> length = stackalloc int[1];
        for (int done = 0; done < rowCount; done += RowsPerRead)
            foreach ((long offset, long count) in dataset.LocateSequences(firstRow + done, Math.Min(RowsPerRead, rowCount - done)))
            {
                length[0] = count * elementBytes <= int.MaxValue ? (int)count
                    : throw dataset.Invalid($"a sequence has {count} elements, which exceed 2 GiB");
                if (count > 0)
                    Add(offset, length[0] * elementBytes, 0, null, into);
                into.AddRow(file, length, [], 0, (long)length[0] * elementBytes);
            }
    }

    /// <summary>Adds a row without a value or without elements.</summary>
    /// <param name="row">The row.</param>
    /// <param name="file">The number of the file.</param>
    /// <param name="into">Receives the row.</param>
    /// <param name="own">The shape of another row, which is not added.</param>
    private bool TryAddWithoutElements(long row, int file, ReferenceBuilder into, out ReadOnlySpan<int> own)
    {
        own = shape;
        if (companions?.FaultAt(row) is { } fault)
            into.AddDamage(fault, RowCompanions.Remedy);
        if (companions is not null && (companions.IsNullAt(row) || companions.FaultAt(row) is not null))
        {
            into.AddNull(file);
            return true;
        }
        own = companions is null ? own : companions.ShapeAt(row);
        if (rowBytes is not 0 && !own.Contains(0))
            return false;
        into.AddRow(file, own, [], 0, 0);
        return true;
    }

    /// <summary>Adds a row of a range of plain bytes. The elements before the padding are one piece only if they follow each
    /// other.</summary>
    private void AddWhole(long offset, ReadOnlySpan<int> own, int file, ReferenceBuilder into)
    {
        bool isRange = own.IsEmpty || own[1..].SequenceEqual(shape.AsSpan(1));
        long bytes = rowBytes;
        if (isRange && !own.IsEmpty)
            bytes = rowBytes / shape[0] * own[0];
        Add(offset, (int)bytes, 0, null, into);
        into.AddRow(file, own, isRange ? [] : [1, .. shape], 0, bytes);
    }

    /// <summary>Returns true if a chunk of a row, of those in row-major order, has elements before the padding.</summary>
    private bool IsPartOf(ReadOnlySpan<int> own, int number)
    {
        bool isPart = true;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (number, int index) = Math.DivRem(number, ((shape[axis] - 1) / rowChunk[axis + 1]) + 1);
            isPart &= (long)index * rowChunk[axis + 1] < own[axis];
        }
        return isPart;
    }

    private void AddUnwritten(int file, ReferenceBuilder into)
    {
        unwritten++;
        into.AddNull(file);
    }

    private void Add(long offset, int bytes, int codec, uint? crc, ReferenceBuilder into) =>
        into.AddPiece(offset, bytes, (byte)(codec | order), crc ?? checksums?.Of(offset, bytes) ?? 0);

    private int CodecOf(ForeignPiece piece) => ChunkCodec.Of(dataset.Filters, piece.SkippedFilters, elementBytes);

    /// <summary>Computes the checksums of the chunks of a row, which the rows of the same chunks share.</summary>
    private uint[] ChecksumsOf(long firstRow, ReadOnlySpan<ForeignPiece> pieces)
    {
        long chunkFirst = hasRows ? firstRow / chunkRows * chunkRows : 0;
        if (known.FirstRow == chunkFirst)
            return known.Crcs;
        uint[] crcs = new uint[pieces.Length];
        string? first = null;
        for (int i = 0; i < crcs.Length; i++)
        {
            crcs[i] = checksums!.Of(dataset, pieces[i], out string? damage);
            first ??= damage;
        }
        known = (chunkFirst, crcs, first);
        return crcs;
    }

    private static bool IsBigEndian(SourceField field)
    {
        ForeignType element = field.Type.Kind is FieldKind.Sequence ? field.Type.Element.Base! : field.Type.Element;
        return element.IsBigEndian && element.Bytes > 1;
    }
}
