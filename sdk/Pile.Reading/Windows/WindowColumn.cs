using System.Buffers;
using Pile.Format;
using Pile.Rasters;

namespace Pile.Reading;

/// <summary>Reads the values of a column that are windows of raster files.</summary>
/// <remarks>A pixel outside its raster has the band's nodata value, or 0. A band of larger pixels is repeated to the pixels of the value.
/// (SCHEMA.md, section 16.)</remarks>
/// <param name="stored">The column in the manifest.</param>
/// <param name="table">The windows of the rows.</param>
/// <param name="shapes">Each row's shape: rows × rank; empty if the column is not ragged.</param>
/// <param name="rasters">The files.</param>
/// <param name="files">The files for statistics and messages.</param>
internal sealed class WindowColumn(ColumnSchema stored, WindowTable table, int[] shapes, WindowSources rasters, PieceFiles files)
    : HeavyColumn(stored, FirstFiles(table), new int[table.RowCount], PieceTable.WithoutPieces(table.RowCount, table.IsNull), shapes, [],
        files, isVerified: false)
{
    /// <inheritdoc/>
    internal override bool IsAsStored(int row) => false;

    /// <inheritdoc/>
    internal override bool HasUnverified()
    {
        int row = 0;
        while (row < RowCount && IsNull(row))
            row++;
        return row < RowCount;
    }

    /// <inheritdoc/>
    private protected override void ReadOnce(int row, Span<byte> destination)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(destination.Length);
        try
        {
            Memory<byte> value = bytes.AsMemory(0, destination.Length);
            ReadAsync([row], _ => value, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            value.Span.CopyTo(destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Reads many rows: each block of a raster is read and decoded once.</summary>
    /// <param name="rows">Rows that are not null.</param>
    /// <param name="destinationOf">Returns the memory for the row that is number i of <paramref name="rows"/>, exactly of its size.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="SourceUnreadableException">A file is missing, was changed or is damaged, or a window does not fit it.</exception>
    internal async ValueTask ReadAsync(int[] rows, Func<int, Memory<byte>> destinationOf, CancellationToken cancellationToken)
    {
        List<RasterRead> reads = new(rows.Length);
        List<WindowPart> parts = [];
        try
        {
            for (int i = 0; i < rows.Length; i++)
                await PlanAsync(rows[i], destinationOf(i), elementBytes, reads, parts, cancellationToken).ConfigureAwait(false);
            await RasterBatch.ReadAsync(rasters.Pool, reads.ToArray(), cancellationToken).ConfigureAwait(false);
            foreach (WindowPart part in parts)
                part.Place();
        }
        finally
        {
            foreach (WindowPart part in parts)
                part.Dispose();
        }
    }

    /// <summary>Reads which pixels of a row have data, if more than their nodata may say it, or some are outside the
    /// raster.</summary>
    /// <param name="row">A row that is not null.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>0 or 1 for each element of the value, nodata and NaN included; null if the numbers alone say it.</returns>
    /// <exception cref="SourceUnreadableException">A file is missing, was changed or is damaged, or a window does not fit it.</exception>
    internal async ValueTask<byte[]?> ReadValidAsync(int row, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ElementsOf(row));
        Memory<byte> valid = buffer.AsMemory(0, ElementsOf(row));
        List<RasterRead> reads = [];
        List<WindowPart> parts = [];
        try
        {
            await PlanAsync(row, valid, 1, reads, parts, cancellationToken).ConfigureAwait(false);
            if (!reads.Exists(read => read.Source.Layout.HidesPixels) && !parts.Exists(part => part.ExceedsRaster))
                return null;
            RasterRead[] ofValid = [.. reads.Select(read => read with { Destination = default, Valid = read.Destination })];
            await RasterBatch.ReadAsync(rasters.Pool, ofValid, cancellationToken).ConfigureAwait(false);
            foreach (WindowPart part in parts)
                part.PlaceValid();
            return valid.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (WindowPart part in parts)
                part.Dispose();
        }
    }

    /// <inheritdoc/>
    internal override ValueTask<bool> ReadWindowAsync(int row, Window window, Memory<byte> destination, CancellationToken cancellationToken)
    {
        CutFromRow(row, window, ElementsOf(row) * elementBytes, destination.Span);
        return new(false);
    }

    /// <inheritdoc/>
    private protected override void RequireHeld(int row, int rowBytes)
    {
        ReadOnlySpan<int> shape = ShapeOf(row), window = table.WindowOf(row);
        int bandCount = table.FilesOf(row).Length;
        if (shape.Length < 3 || shape[^3] != bandCount || shape[^2] != window[3] || shape[^1] != window[2]
            || shape[..^3].ContainsAnyExcept(1))
            throw Corrupt(row, $"a value of the shape {Text(shape)} cannot be a window of {window[2]} × {window[3]} pixels of "
                + $"{bandCount} bands");
        foreach (int file in table.FilesOf(row))
            if ((uint)file >= (uint)rasters.Count)
                throw Corrupt(row, $"the index refers to file {file}, but the dataset has {rasters.Count}");
    }

    /// <inheritdoc/>
    private protected override PileException Corrupt(int row, string finding, Exception? inner = null) =>
        new SourceUnreadableException($"'{rasters.UriOf(SourceOf(row))}', column '{Stored.Name}'", finding,
            "Build the dataset again, or run 'pile validate' for all findings", inner);

    // Adds the reads of one row: neighbouring bands of one file together, if they need no change.
    private async ValueTask PlanAsync(int row, Memory<byte> destination, int bytesOfElement, List<RasterRead> reads,
        List<WindowPart> parts, CancellationToken cancellationToken)
    {
        int bandCount = table.FilesOf(row).Length, bandBytes = destination.Length / Math.Max(bandCount, 1);
        for (int band = 0, count; band < bandCount; band += count)
        {
            IRasterSource source = await rasters.OpenAsync(table.FilesOf(row)[band], cancellationToken).ConfigureAwait(false);
            count = BandsTogether(row, band);
            int[] bands = table.BandsOf(row).Slice(band, count).ToArray();
            RequireBands(row, band, source.Layout, bands);
            Memory<byte> place = destination.Slice(band * bandBytes, count * bandBytes);
            WindowPart? part = WindowPart.Of(table.WindowOf(row), table.FactorsOf(row)[band], source.Layout, bands, bytesOfElement, place,
                finding => Corrupt(row, finding));
            if (part is null)
            {
                ReadOnlySpan<int> window = table.WindowOf(row);
                reads.Add(new RasterRead(source, new RasterRequest(0, bands, window[0], window[1], window[2], window[3]), place));
                continue;
            }
            parts.Add(part);
            reads.Add(new RasterRead(source, part.Request, part.Pixels));
        }
    }

    private int BandsTogether(int row, int first)
    {
        ReadOnlySpan<int> ofFiles = table.FilesOf(row), factors = table.FactorsOf(row);
        int count = 1;
        while (first + count < ofFiles.Length && ofFiles[first + count] == ofFiles[first] && factors[first + count] == factors[first])
            count++;
        return count;
    }

    private void RequireBands(int row, int band, RasterLayout layout, int[] bands)
    {
        foreach (int number in bands)
            if ((uint)number >= (uint)layout.Bands.Count)
                throw Corrupt(row, $"the index refers to band {number}, but the raster has {layout.Bands.Count}");
        if (layout.DType != Stored.DType)
            throw Corrupt(row, $"'{rasters.UriOf(table.FilesOf(row)[band])}' has {layout.DType.Name()}, but the column has "
                + Stored.DType.Name());
    }

    private static int[] FirstFiles(WindowTable table) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table.FilesOf(row) is [var first, ..] ? first : -1)];
}
