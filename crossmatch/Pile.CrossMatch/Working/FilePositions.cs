using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Sorted positions in a mapped temporary file.</summary>
internal sealed unsafe class FilePositions : SortedPositions, IDisposable
{
    internal const long RowBytes = 3 * sizeof(double);

    private readonly MappedTemporaryFile file;

    private FilePositions(MappedTemporaryFile file, int count) => (this.file, Count) = (file, count);

    /// <summary>Creates the file; its arrays are to be filled.</summary>
    /// <exception cref="IOException">The disk is full, or the file cannot be created.</exception>
    internal static FilePositions Create(string path, int count) => new(MappedTemporaryFile.Create(path, count * RowBytes), count);

    /// <inheritdoc/>
    public override int Count { get; }

    internal Span<long> Healpix29All => new(file.Start, Count);

    internal Span<double> RaDegAll => new(file.Start + ((long)Count * sizeof(double)), Count);

    internal Span<double> DecDegAll => new(file.Start + (2L * Count * sizeof(double)), Count);

    /// <inheritdoc/>
    public override ReadOnlySpan<long> Healpix29(int chunk) => Healpix29All.Slice(chunk * ChunkRows, RowsOf(chunk));

    /// <inheritdoc/>
    public override ReadOnlySpan<double> RaDeg(int chunk) => RaDegAll.Slice(chunk * ChunkRows, RowsOf(chunk));

    /// <inheritdoc/>
    public override ReadOnlySpan<double> DecDeg(int chunk) => DecDegAll.Slice(chunk * ChunkRows, RowsOf(chunk));

    public void Dispose() => file.Dispose();
}
