using Pile.Fits;
using Pile.Format;
using Pile.Sky;

namespace Pile.Tables;

/// <summary>A FITS table of pixels: a coverage map, or a HEALPix map of values.</summary>
internal sealed class FitsMoc
{
    private const int LargestRows = 1 << 26;
    private const double UnseenValue = -1.6375e30; // marks unobserved pixels in HEALPix maps

    private readonly FitsFile file;
    private readonly FitsTable table;
    private readonly FitsHeader header;
    private readonly string ordering, dimension;

    /// <exception cref="SourceUnreadableException">The map is not in ICRS, or not a map of the sky.</exception>
    internal FitsMoc(FitsFile file, FitsHdu hdu)
    {
        (this.file, table, header) = (file, hdu.Table(), hdu.Header);
        ordering = (header.GetText("ORDERING") ?? "").Trim().ToUpperInvariant();
        string system = (header.GetText("COORDSYS") ?? "C").Trim().ToUpperInvariant();
        if (system is not ("" or "C" or "CEL" or "EQ" or "EQU" or "EQUATORIAL" or "CELESTIAL" or "ICRS"))
            throw Unreadable($"its pixels are of the frame COORDSYS = '{system}'{(system.StartsWith('G') ? ", galactic" : "")}; pixels of "
                + "one frame are not pixels of another", "Create the map again in ICRS (COORDSYS = 'C')");
        dimension = Word("MOCDIM", "SPACE");
        if (table.Columns.Count == 0)
            throw Unreadable("its table has no columns", "Use a MOC");
    }

    /// <summary>True for a space-time map.</summary>
    internal bool IsSpaceTime => dimension == "TIME.SPACE";

    internal Moc Read()
    {
        if (dimension != "SPACE")
            throw Unreadable($"it covers MOCDIM = '{dimension}', but only maps of the sky are supported", "Use a space MOC");
        return ordering switch
        {
            "NUNIQ" or "UNIQ" => ReadUniq(),
            "RANGE" or "RANGE29" => ReadRanges(),
            "NESTED" or "RING" => ReadMap(),
            _ => throw Unreadable($"ORDERING = '{ordering}' must be NUNIQ, RANGE, NESTED or RING", "Use a MOC"),
        };
    }

    /// <summary>Reads a space-time map of MOC 2.0.</summary>
    internal SpaceTimeMoc ReadSpaceTime()
    {
        string system = Word("TIMESYS", "TCB"), version = Word("MOCVERS", "");
        if (!IsSpaceTime || ordering != "RANGE" || !version.StartsWith('2') || system is not ("" or "TCB"))
            throw Unreadable($"it has MOCDIM = '{dimension}', ORDERING = '{ordering}', MOCVERS = '{version}' and TIMESYS = '{system}', "
                + "expected a space-time map of version 2.0: TIME.SPACE, RANGE and TCB", "Create the map again");
        if (header.GetInt64("MOCORD_T") is not (>= 0 and <= SpaceTimeMoc.MaxTimeOrder and var timeOrder)
            || DeclaredOrder() is not { } spaceOrder)
            throw Unreadable("its orders MOCORD_T and MOCORD_S are missing or not valid", "Create the map again");
        if (table.RowCount > LargestRows)
            throw Unreadable($"it has {table.RowCount} numbers, more than {LargestRows}", "Use a map of coarser orders");
        try
        {
            return SpaceTimeMoc.OfFlagged(Numbers(), (int)timeOrder, spaceOrder);
        }
        catch (FormatException e)
        {
            throw new SourceUnreadableException(file.Path, $"it is not a valid space-time map: {e.Message.TrimEnd('.')}",
                "Create the map again", e);
        }
    }

    private Moc ReadUniq()
    {
        List<HealpixPixel> cells = [];
        foreach (long uniq in Numbers())
        {
            int order = uniq < 4 ? -1 : ((63 - (int)long.LeadingZeroCount(uniq)) / 2) - 1;
            long pixel = order < 0 ? 0 : uniq - (4L << (2 * order));
            if (order is < 0 or > Healpix.MaxOrder || pixel >= Healpix.PixelCount(order))
                throw Unreadable($"row {cells.Count} contains {uniq}, which is not a valid NUNIQ pixel (4 * 4^order + pixel)",
                    "Create the map again");
            cells.Add(new HealpixPixel(order, pixel));
        }
        int finest = cells.Count == 0 ? 0 : cells.Max(c => c.Order);
        return Moc.OfCells(cells, Math.Max(finest, DeclaredOrder() ?? finest));
    }

    private Moc ReadRanges()
    {
        ReadOnlySpan<long> ends = Numbers();
        if (ends.Length % 2 != 0)
            throw Unreadable($"RANGE has a start and an end for each range, found {ends.Length} numbers", "Create the map again");
        HealpixRange[] ranges = new HealpixRange[ends.Length / 2];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new HealpixRange(ends[2 * i], ends[(2 * i) + 1]);
            if (ranges[i].Start < 0 || ranges[i].End < ranges[i].Start || ranges[i].End > Healpix.PixelCount(Healpix.MaxOrder))
                throw Unreadable($"range {i} is {ranges[i]}, expected pixels of order 29, the end excluded", "Create the map again");
        }
        return Moc.Of(HealpixRanges.FromRanges(Healpix.MaxOrder, ranges).AtOrder(DeclaredOrder() ?? Healpix.MaxOrder));
    }

    /// <summary>Reads the pixels of a HEALPix map with a value other than 0, NaN and the marks of unobserved pixels: that of the HEALPix
    /// library, and <c>BAD_DATA</c> of the header.</summary>
    private Moc ReadMap()
    {
        long nside = header.GetInt64("NSIDE") ?? throw Unreadable("it is a HEALPix map without NSIDE", "Use a MOC, or a complete map");
        if (nside < 1 || nside > 1L << Healpix.MaxOrder || !long.IsPow2(nside))
            throw Unreadable($"NSIDE = {nside} is not a power of two up to 2^29: such maps have no NESTED pixels",
                "Use a MOC, or a map of another nside");
        int order = (int)long.Log2(nside);
        bool isExplicit = header.GetText("INDXSCHM")?.Trim().ToUpperInvariant() == "EXPLICIT";
        if (table.Columns.Count < (isExplicit ? 2 : 1))
            throw Unreadable("INDXSCHM = 'EXPLICIT' needs a column of pixels and one of values", "Use a MOC, or a complete map");
        long next = header.GetInt64("FIRSTPIX") ?? 0;
        using IEnumerator<long> pixels = (isExplicit ? Integers(table.Columns[0]) : From(next)).GetEnumerator();
        List<HealpixRange> covered = [];
        long count = Healpix.PixelCount(order);
        double? bad = header.GetFloat64("BAD_DATA");
        foreach (double value in Values(table.Columns[isExplicit ? 1 : 0]))
        {
            pixels.MoveNext();
            if ((ulong)pixels.Current >= (ulong)count)
                throw Unreadable($"it contains pixel {pixels.Current}, but NSIDE = {nside} has {count}", "Create the map again");
            if (value == 0 || double.IsNaN(value) || Math.Abs(value - UnseenValue) < 1e-5 * Math.Abs(UnseenValue)
                || value == bad || (float)value == (float?)bad)
                continue;
            long pixel = ordering == "RING" ? Healpix.RingToNest(order, pixels.Current) : pixels.Current;
            covered.Add(new HealpixRange(pixel, pixel + 1));
        }
        return Moc.Of(HealpixRanges.FromRanges(order, [.. covered]));

        static IEnumerable<long> From(long first)
        {
            for (long pixel = first; ; pixel++)
                yield return pixel;
        }
    }

    private string Word(string key, string missing) => (header.GetText(key) ?? missing).Trim().ToUpperInvariant();

    private int? DeclaredOrder()
    {
        long? order = header.GetInt64("MOCORD_S") ?? header.GetInt64("MOCORDER");
        return order is null ? null : order is >= 0 and <= Healpix.MaxOrder ? (int)order.Value
            : throw Unreadable($"its finest order is {order}, expected 0 to {Healpix.MaxOrder}", "Create the map again");
    }

    /// <summary>Returns the numbers of the cells or ranges. Some programs append zeros, with which no cell and no range ends.</summary>
    private ReadOnlySpan<long> Numbers() => ((long[])[.. Integers(table.Columns[0])]).AsSpan().TrimEnd(0L);

    private IEnumerable<long> Integers(FitsColumn column)
    {
        if (column.IsVariableLength || column.Type is not (FitsType.UInt8 or FitsType.Int16 or FitsType.Int32 or FitsType.UInt32
            or FitsType.Int64 or FitsType.UInt64))
            throw Unreadable($"its column '{column.Name}' has the type {column.Type}; expected pixel numbers", "Create the map again");
        if (column.Type is FitsType.UInt64)
            return Blocks<ulong>(column).Select((value, i) => value <= long.MaxValue ? (long)value
                : throw Unreadable($"row {i / column.Repeat} contains {value}, which is not a pixel", "Create the map again"));
        return Blocks<long>(column);
    }

    private IEnumerable<double> Values(FitsColumn column) =>
        column.IsVariableLength ? throw Unreadable($"its column '{column.Name}' is of variable length", "Use a MOC")
        : column.Type switch
        {
            FitsType.Float64 or FitsType.Float32 or FitsType.Int16 or FitsType.UInt8 or FitsType.Int32 => Blocks<double>(column),
            FitsType.Int64 or FitsType.UInt32 => Blocks<long>(column).Select(v => (double)v),
            FitsType.Bool => Blocks<bool>(column).Select(v => v ? 1.0 : 0),
            _ => throw Unreadable($"its column '{column.Name}' has the type {column.Type}; expected values of a map", "Use a MOC"),
        };

    private IEnumerable<T> Blocks<T>(FitsColumn column) where T : unmanaged
    {
        int step = table.BlockRowCount;
        for (long row = 0; row < table.RowCount; row += step)
        {
            int rows = (int)Math.Min(step, table.RowCount - row);
            T[] values = new T[rows * column.Repeat];
            table.Read<T>(column, row, rows, values);
            foreach (T value in values)
                yield return value;
        }
    }

    private SourceUnreadableException Unreadable(string finding, string remedy) => new(file.Path, finding, remedy);
}
