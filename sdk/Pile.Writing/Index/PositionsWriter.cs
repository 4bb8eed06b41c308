using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Pile.Codecs;
using Pile.Format;
using Pile.Parquet;

namespace Pile.Writing.Index;

/// <summary>Writes <c>positions.parquet</c>: rows in the order of the index, in row groups that a matcher maps as arrays.</summary>
internal sealed class PositionsWriter : IDisposable
{
    private const int GroupRows = PositionsLayout.GroupRows;

    private readonly PositionsFacts facts;
    private readonly PlainParquetWriter file;
    private readonly long[] healpix29 = new long[GroupRows], ids = [], rows = new long[GroupRows];
    private readonly double[] raDeg = new double[GroupRows], decDeg = new double[GroupRows];
    private readonly StringBuilder checksums = new();
    private readonly PlainTexts texts = new(GroupRows);
    private int count;
    private long firstRow;

    private PositionsWriter(PositionsFacts facts, PlainParquetWriter file)
    {
        (this.facts, this.file) = (facts, file);
        if (!facts.HasTextIds)
            ids = new long[GroupRows];
    }

    /// <summary>Creates a file.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="facts">The metadata of the rows.</param>
    public static PositionsWriter Create(string path, PositionsFacts facts) => new(facts, PlainParquetWriter.Create(path,
    [
        new(PositionsLayout.Healpix29, ParquetType.Int64), new(facts.Frame.Lon, ParquetType.Double),
        new(facts.Frame.Lat, ParquetType.Double),
        .. facts.IsCompact ? (ParquetColumn[])[] : [new(PositionsLayout.Row, ParquetType.Int64)],
        new(PositionsLayout.ObjectId, facts.HasTextIds ? ParquetType.Text : ParquetType.Int64),
    ]));

    /// <summary>Appends a row with an integer id.</summary>
    /// <param name="pixel">Order-29 NESTED pixel; not below that of the row before.</param>
    /// <param name="ra">Right ascension or longitude: degrees in the range of the frame.</param>
    /// <param name="dec">Declination or latitude: degrees in [-90, 90].</param>
    /// <param name="id">The observation's id.</param>
    public void Append(long pixel, double ra, double dec, long id)
    {
        ids[count] = id;
        Append(pixel, ra, dec);
    }

    /// <summary>Appends a row with a text id.</summary>
    /// <param name="pixel">Order-29 NESTED pixel; not below that of the row before.</param>
    /// <param name="ra">Right ascension or longitude: degrees in the range of the frame.</param>
    /// <param name="dec">Declination or latitude: degrees in [-90, 90].</param>
    /// <param name="idUtf8">The observation's id.</param>
    public void Append(long pixel, double ra, double dec, ReadOnlySpan<byte> idUtf8)
    {
        texts.Append(idUtf8);
        Append(pixel, ra, dec);
    }

    /// <summary>Completes the file.</summary>
    /// <param name="withoutPosition">The number of rows that are left out because they have no position.</param>
    public void Complete(long withoutPosition = 0)
    {
        if (count > 0)
            WriteGroup();
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            [PositionsLayout.VersionKey] = PageChecksums.LayoutVersion,
            [PositionsLayout.DatasetKey] = facts.Dataset,
            [PositionsLayout.DatasetVersionKey] = facts.DatasetVersion,
            [PositionsLayout.FrameKey] = facts.Frame.Name,
            [PositionsLayout.WithoutPositionKey] = withoutPosition.ToString(CultureInfo.InvariantCulture),
            [PageChecksums.PagesKey] = checksums.ToString(),
            [PageChecksums.FooterKey] = FooterChecksum.Unknown,
        };
        if (facts.EpochYear is { } year)
            metadata[PositionsLayout.EpochKey] = year.ToString("R", CultureInfo.InvariantCulture);
        file.Complete(metadata, seal: static footer => FooterChecksum.Write(footer, PageChecksums.FooterKey));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Append(long pixel, double ra, double dec)
    {
        (healpix29[count], raDeg[count], decDeg[count], rows[count]) = (pixel, ra, dec, firstRow + count);
        if (++count == GroupRows)
            WriteGroup();
    }

    private void WriteGroup()
    {
        RowGroupPlace place = file.Place(count, facts.IsCompact ? [0, 0, 0, texts.Length] : [0, 0, 0, 0, texts.Length]);
        Write(place, 0, MemoryMarshal.AsBytes(healpix29.AsSpan(0, count)), healpix29[0], healpix29[count - 1]);
        Write(place, 1, MemoryMarshal.AsBytes(raDeg.AsSpan(0, count)));
        Write(place, 2, MemoryMarshal.AsBytes(decDeg.AsSpan(0, count)));
        if (!facts.IsCompact)
            Write(place, 3, MemoryMarshal.AsBytes(rows.AsSpan(0, count)), firstRow, firstRow + count - 1);
        Write(place, facts.IsCompact ? 3 : 4, facts.HasTextIds ? texts.Bytes : MemoryMarshal.AsBytes(ids.AsSpan(0, count)));
        firstRow += count;
        count = 0;
        texts.Clear();
    }

    private void Write(RowGroupPlace place, int column, ReadOnlySpan<byte> values, long min = 1, long max = 0)
    {
        file.Write(place, column, values, min, max);
        checksums.Append(CultureInfo.InvariantCulture, $"{Crc32C.Compute(values):x8}");
    }
}
