using System.Buffers;
using Pile.Earth;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>A raster that is read on another grid of the same coordinate reference system.</summary>
internal sealed class ResampledSource : IRasterSource
{
    private readonly IRasterSource source;
    private readonly RasterResampling grid;
    private readonly AxisPositions columnsOfGrid, rowsOfGrid;

    /// <param name="source">The raster.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="stated">The transform of the raster if its file has none; null if it is not known.</param>
    /// <param name="location">The file, for messages.</param>
    /// <exception cref="SourceUnreadableException">The raster cannot be read on the grid.</exception>
    internal ResampledSource(IRasterSource source, RasterResampling grid, Affine? stated, string location)
    {
        Affine own = source.Layout.Transform ?? stated ?? throw Invalid("the raster has no transform");
        if (grid.ObstacleOf(own) is { } obstacle)
            throw Invalid(obstacle);
        (this.source, this.grid) = (source, grid);
        (columnsOfGrid, rowsOfGrid) = grid.PositionsIn(own, source.Layout.Width, source.Layout.Height)
            ?? throw Invalid("one of the grids is rotated");
        Layout = (source.Layout with { Transform = own, Resampled = grid }).AsRead;

        SourceUnreadableException Invalid(string finding) => new(location, $"it cannot be read on the grid of its chips: {finding}",
            "Build the dataset again");
    }

    /// <inheritdoc/>
    public RasterLayout Layout { get; }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(RasterRequest request, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        (AxisTaps columns, AxisTaps rows, RasterRequest? needed) = Plan(request);
        int elementBytes = Layout.DType.ElementBytes(), plane = request.Width * request.Height * elementBytes;
        Span<byte> nodata = stackalloc byte[sizeof(double)];
        for (int i = 0; i < request.Bands.Length; i++)
        {
            Nodata.WriteOutside(Layout.Bands[request.Bands.Span[i]], nodata[..elementBytes]);
            Span<byte> band = destination.Span.Slice(i * plane, plane);
            for (int at = 0; at < band.Length; at += elementBytes)
                nodata[..elementBytes].CopyTo(band[at..]);
        }
        if (needed is not { } window)
            return;
        using IMemoryOwner<byte> pixels = Rent(window.Pixels * elementBytes);
        await source.ReadAsync(window, pixels.Memory, cancellationToken).ConfigureAwait(false);
        int sourcePlane = window.Width * window.Height;
        if (grid.Method is ResamplingMethod.Nearest)
        {
            for (int i = 0; i < request.Bands.Length; i++)
                CopyNearest(pixels.Memory.Span.Slice(i * sourcePlane * elementBytes, sourcePlane * elementBytes), elementBytes, columns,
                    rows, destination.Span.Slice(i * plane, plane));
            return;
        }
        using IMemoryOwner<byte> valid = Rent(window.Pixels);
        await source.ReadValidAsync(window, valid.Memory, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < request.Bands.Length; i++)
            BilinearKernel.Run(Layout.Bands[request.Bands.Span[i]],
                pixels.Memory.Span.Slice(i * sourcePlane * elementBytes, sourcePlane * elementBytes),
                valid.Memory.Span.Slice(i * sourcePlane, sourcePlane), columns, rows, destination.Span.Slice(i * plane, plane));
    }

    /// <summary>Reads which pixels are valid: those whose nearest pixel is.</summary>
    /// <inheritdoc cref="IRasterSource.ReadValidAsync"/>
    public async ValueTask ReadValidAsync(RasterRequest request, Memory<byte> valid, CancellationToken cancellationToken = default)
    {
        (AxisTaps columns, AxisTaps rows, RasterRequest? needed) = Plan(request);
        valid.Span.Clear();
        if (needed is not { } window)
            return;
        using IMemoryOwner<byte> own = Rent(window.Pixels);
        await source.ReadValidAsync(window, own.Memory, cancellationToken).ConfigureAwait(false);
        int plane = request.Width * request.Height, sourcePlane = window.Width * window.Height;
        for (int i = 0; i < request.Bands.Length; i++)
            CopyNearest(own.Memory.Span.Slice(i * sourcePlane, sourcePlane), 1, columns, rows, valid.Span.Slice(i * plane, plane));
    }

    private (AxisTaps Columns, AxisTaps Rows, RasterRequest? Needed) Plan(in RasterRequest request)
    {
        request.Require(Layout, Layout.Driver);
        AxisTaps columns = new(columnsOfGrid, request.Column, request.Width), rows = new(rowsOfGrid, request.Row, request.Height);
        return (columns, rows, columns.High < 0 || rows.High < 0 ? null : new RasterRequest(0, request.Bands, columns.Low, rows.Low,
            columns.High - columns.Low + 1, rows.High - rows.Low + 1)
        { UseAlpha = request.UseAlpha });
    }

    private static void CopyNearest(ReadOnlySpan<byte> pixels, int elementBytes, AxisTaps columns, AxisTaps rows, Span<byte> destination)
    {
        int width = columns.High - columns.Low + 1, count = columns.Nearest.Length;
        for (int y = 0; y < rows.Nearest.Length; y++)
            for (int x = 0; x < count && rows.Nearest[y] >= 0; x++)
                if (columns.Nearest[x] >= 0)
                    pixels.Slice((((rows.Nearest[y] - rows.Low) * width) + columns.Nearest[x] - columns.Low) * elementBytes, elementBytes)
                        .CopyTo(destination[(((y * count) + x) * elementBytes)..]);
    }

    private static ExactMemory Rent(long bytes) => new(checked((int)bytes));

    // The shared pool's memory may be longer than asked for; reads require exact lengths.
    private sealed class ExactMemory(int bytes) : IMemoryOwner<byte>
    {
        private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes);

        public Memory<byte> Memory => buffer.AsMemory(0, bytes);

        public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
    }
}
