namespace Pile.Rasters;

/// <summary>Copies the part of a block that is inside a window.</summary>
internal static class WindowPixels
{
    /// <summary>Copies elements of an image block.</summary>
    /// <param name="decoder">Restores rows.</param>
    /// <param name="window">The window.</param>
    /// <param name="slot">The position of the block's band in the request; -1 if the block has all bands.</param>
    /// <param name="block">The number of the block.</param>
    /// <param name="rows">Decompressed rows of the block.</param>
    /// <param name="firstRow">The row of the block with which they begin.</param>
    /// <param name="isRestored">True if the predictor and the byte order of all rows are already undone.</param>
    internal static void Copy(BlockDecoder decoder, in WindowRead window, int slot, int block, ReadOnlySpan<byte> rows, int firstRow,
        bool isRestored)
    {
        RasterLayout layout = window.Source.Layout;
        RasterRequest request = window.Request;
        RasterLevel level = layout.Levels[request.Level];
        BlockPart part = BlockPart.Of(level, block, request, slot);
        int bands = slot < 0 ? layout.Bands.Count : 1, elementBytes = level.BitsPerSample / 8;
        int rowBytes = (int)level.RowBytes(layout.Bands.Count), column = part.Left - part.BlockLeft, pixelBytes = bands * elementBytes;
        Span<byte> pixels = window.Pixels.Span;
        for (int y = 0; y < part.Height; y++)
        {
            ReadOnlySpan<byte> stored = rows.Slice((part.FirstRow + y - firstRow) * rowBytes, rowBytes);
            ReadOnlySpan<byte> restored = isRestored ? stored.Slice(column * pixelBytes, part.Width * pixelBytes)
                : decoder.Restore(stored, level, layout.IsLittleEndian, bands, column, part.Width);
            if (slot >= 0)
                restored.CopyTo(Row(pixels, request, part, slot, y, elementBytes));
            else
                for (int i = 0; i < request.Bands.Length; i++)
                    BandElements.Copy(restored, elementBytes, bands, request.Bands.Span[i], Row(pixels, request, part, i, y, elementBytes));
        }
    }

    /// <summary>Fills the elements of a block that is not stored.</summary>
    internal static void Fill(in WindowRead window, int slot, int block)
    {
        RasterLayout layout = window.Source.Layout;
        RasterRequest request = window.Request;
        RasterLevel level = layout.Levels[request.Level];
        BlockPart part = BlockPart.Of(level, block, request, slot);
        int elementBytes = level.BitsPerSample / 8;
        Span<byte> element = stackalloc byte[8];
        for (int i = Math.Max(slot, 0); i < (slot < 0 ? request.Bands.Length : slot + 1); i++)
        {
            Nodata.WriteMissing(layout.Bands[request.Bands.Span[i]], element);
            for (int y = 0; y < part.Height; y++)
            {
                Span<byte> row = Row(window.Pixels.Span, request, part, i, y, elementBytes);
                for (; row.Length > 0; row = row[elementBytes..])
                    element[..elementBytes].CopyTo(row);
            }
        }
    }

    /// <summary>Copies a block of the internal mask to the validity of all bands. All pixels of a block that is not stored are
    /// invalid.</summary>
    internal static void CopyMask(BlockDecoder? decoder, in WindowRead window, int block, ReadOnlySpan<byte> rows, int firstRow)
    {
        RasterLayout layout = window.Source.Layout;
        RasterRequest request = window.Request;
        RasterLevel mask = layout.MaskOf(layout.Levels[request.Level])!;
        BlockPart part = BlockPart.Of(mask, block, request, -1);
        int rowBytes = (int)mask.RowBytes(1), column = part.Left - part.BlockLeft;
        for (int y = 0; y < part.Height; y++)
        {
            Span<byte> valid = Row(window.Valid.Span, request, part, 0, y, 1);
            if (decoder is null)
            {
                valid.Clear();
            }
            else
            {
                ReadOnlySpan<byte> stored = rows.Slice((part.FirstRow + y - firstRow) * rowBytes, rowBytes);
                if (mask.BitsPerSample is 1)
                    for (int x = 0; x < valid.Length; x++)
                        valid[x] = (byte)((stored[(column + x) >> 3] >> (7 - ((column + x) & 7))) & 1);
                else
                    Normalize(decoder.Restore(stored, mask, layout.IsLittleEndian, 1, column, part.Width), valid);
            }
            for (int i = 1; i < request.Bands.Length; i++)
                valid.CopyTo(Row(window.Valid.Span, request, part, i, y, 1));
        }
    }

    private static void Normalize(ReadOnlySpan<byte> mask, Span<byte> valid)
    {
        for (int i = 0; i < valid.Length; i++)
            valid[i] = mask[i] is 0 ? (byte)0 : (byte)1;
    }

    private static Span<byte> Row(Span<byte> window, in RasterRequest request, in BlockPart part, int slot, int y, int elementBytes)
    {
        long first = ((((long)slot * request.Height) + part.Top - request.Row + y) * request.Width) + part.Left - request.Column;
        return window.Slice(checked((int)(first * elementBytes)), part.Width * elementBytes);
    }
}
