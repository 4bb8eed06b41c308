using System.Collections.Immutable;
using System.Numerics.Tensors;
using Pile.Format;
using Pile.Sky;

namespace Pile.Tables;

/// <summary>Converts the position columns of a table's batches to ICRS degrees. Pass it the batches in order, then call
/// <see cref="Complete"/>.</summary>
internal sealed class PositionReader
{
    private readonly PositionColumns columns;
    private readonly PositionOptions options;
    private readonly AngleColumn ra;
    private readonly AngleColumn dec;
    private readonly FrameConversion toIcrs;
    private long nextRow;
    private readonly string path;
    private double minRa = double.PositiveInfinity;
    private double maxRa = double.NegativeInfinity;
    private double minDec = double.PositiveInfinity;
    private double maxDec = double.NegativeInfinity;

    /// <summary>Prepares the reading of a table's positions.</summary>
    /// <param name="table">The table, whose units and frame are used.</param>
    /// <param name="columns">The position columns.</param>
    /// <param name="options">Null to use what the file declares.</param>
    /// <param name="firstRow">The row at which reading begins, from 0; rows are counted from there.</param>
    /// <exception cref="ArgumentException">A unit is not that of an angle, the caller's frame is unknown, or the columns are of different
    /// systems.</exception>
    /// <exception cref="SourceUnreadableException">The file declares an unsupported frame.</exception>
    public PositionReader(ITableReader table, PositionColumns columns, PositionOptions? options = null, long firstRow = 0)
    {
        (this.columns, this.options, nextRow, path) = (columns, options ?? new(), firstRow, table.Path);
        DeclaredFrame = FrameWords.Of(columns.Ra, table.FrameOf(columns.Ra.Name));
        PositionSystem.Require(table, columns, this.options);
        Frame = Choose(table.Path);
        toIcrs = FrameConversion.ToIcrs(Frame);
        ra = new AngleColumn(table.Path, columns.Ra, isLongitude: true, isInHours: Frame.IsEquatorial, this.options);
        dec = new AngleColumn(table.Path, columns.Dec, isLongitude: false, isInHours: false, this.options);
        if (Frame != SkyFrame.Icrs)
            this.options.OnMessage?.Invoke(
                $"{table.Path}: the positions '{columns.Ra.Name}', '{columns.Dec.Name}' are {Frame} and are converted to ICRS."
                    + (HasMotions(table) ? " Their proper motions stay as they are, and are used as if they were in ICRS." : ""));
    }

    /// <summary>Prepares the reading like the constructor, for callers that do not add the path to errors: they name it.</summary>
    /// <inheritdoc cref="PositionReader(ITableReader, PositionColumns, PositionOptions, long)"/>
    internal static PositionReader Create(ITableReader table, PositionColumns columns, PositionOptions options)
    {
        try
        {
            return new(table, columns, options);
        }
        // A unit that does not exist is not a fault of the file.
        catch (ArgumentException e) when (e.ParamName is null && (options.RaUnit is not { } unit || Enum.IsDefined(unit)))
        {
            throw new ArgumentException($"{table.Path}: {e.Message}", e);
        }
    }

    private static bool HasMotions(ITableReader table) =>
        new PositionSearch([.. table.Columns.Where(c => c.IsScalar && c.DType is not (DType.String or DType.Bool))])
            .Has(PositionWords.PmRa);

    /// <summary>The frame that the file declares for the positions; null without one, which means ICRS unless the caller names
    /// another.</summary>
    public string? DeclaredFrame { get; }

    /// <summary>The frame in which the columns are read: the caller's, otherwise the file's, otherwise ICRS.</summary>
    public SkyFrame Frame { get; }

    /// <summary>True to keep the coordinate of a position in ICRS whose other one is missing, false to return both as NaN.</summary>
    public bool KeepsIncomplete { get; set; }

    /// <summary>Converts the positions of the next rows.</summary>
    /// <param name="batch">A batch that contains the two columns.</param>
    /// <exception cref="ValueInvalidException">A text is not an angle; it is never truncated to its first number.</exception>
    /// <exception cref="ArgumentException">A column is not in the batch.</exception>
    public PositionBatch Read(RowBatch batch)
    {
        ReadOnlyMemory<double> givenRaDeg = ra.Degrees(batch[columns.Ra.Name], nextRow),
            givenDecDeg = dec.Degrees(batch[columns.Dec.Name], nextRow);
        PositionBatch read = Frame == SkyFrame.Icrs && AreInRange(givenRaDeg.Span, givenDecDeg.Span)
            ? new PositionBatch(givenRaDeg, givenDecDeg, [], []) : Convert(givenRaDeg.ToArray(), givenDecDeg.ToArray());
        nextRow += batch.RowCount;
        return read;
    }

    /// <summary>Passes rows that are not converted, so that the next ones have their numbers in the table.</summary>
    public void Pass(int rows) => nextRow += rows;

    /// <summary>Returns whether no coordinate is missing or out of range, and if so, extends the extent.</summary>
    private bool AreInRange(ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg)
    {
        if (raDeg.IsEmpty)
            return true;
        // NaN if a value is NaN, so that no comparison is true.
        double leastRa = TensorPrimitives.Min(raDeg), greatestRa = TensorPrimitives.Max(raDeg),
            leastDec = TensorPrimitives.Min(decDeg), greatestDec = TensorPrimitives.Max(decDeg);
        if (!(leastRa >= -180 && greatestRa <= 360 && leastDec >= -90 && greatestDec <= 90))
            return false;
        (minRa, maxRa) = (Math.Min(minRa, leastRa), Math.Max(maxRa, greatestRa));
        (minDec, maxDec) = (Math.Min(minDec, leastDec), Math.Max(maxDec, greatestDec));
        return true;
    }

    private PositionBatch Convert(double[] raDeg, double[] decDeg)
    {
        bool isIcrs = Frame == SkyFrame.Icrs;
        ImmutableArray<long>.Builder without = ImmutableArray.CreateBuilder<long>(), outside = ImmutableArray.CreateBuilder<long>();
        for (int i = 0; i < raDeg.Length; i++)
        {
            double rowRaDeg = raDeg[i], rowDecDeg = decDeg[i];
            if (double.IsNaN(rowRaDeg) || double.IsNaN(rowDecDeg))
            {
                without.Add(nextRow + i);
                if (!isIcrs || !KeepsIncomplete)
                    raDeg[i] = decDeg[i] = double.NaN;
                continue;
            }
            if (Math.Abs(rowDecDeg) > 90 || rowRaDeg is < -180 or > 360)
                outside.Add(nextRow + i); // not changed, so that a message can show it
            else if (!isIcrs)
                (raDeg[i], decDeg[i]) = toIcrs.Convert(rowRaDeg, rowDecDeg);
            minRa = Math.Min(minRa, rowRaDeg);
            maxRa = Math.Max(maxRa, rowRaDeg);
            minDec = Math.Min(minDec, rowDecDeg);
            maxDec = Math.Max(maxDec, rowDecDeg);
        }
        return new PositionBatch(raDeg, decDeg, without.DrainToImmutable(), outside.DrainToImmutable());
    }

    /// <summary>The extent of the positions read so far if the unit of right ascension is neither declared nor text; otherwise
    /// null.</summary>
    public PositionExtent? UndeclaredExtent =>
        Frame.IsEquatorial && ra.IsNumeric && !ra.IsUnitGiven && minRa <= maxRa
            ? new(minRa, maxRa, minDec, maxDec) : null;

    /// <summary>After the last batch, checks what can only be determined from all rows: the unit of right ascension.</summary>
    /// <exception cref="RaUnitUndeclaredException">The right ascensions look like hours, and no unit is given.</exception>
    public void Complete()
    {
        if (UndeclaredExtent is { LooksLikeHours: true } extent)
            throw new RaUnitUndeclaredException(path, columns.Ra.Name, extent);
        if (UndeclaredExtent?.Warning(path, columns.Ra.Name) is { } warning)
            options.OnMessage?.Invoke(warning);
    }

    private SkyFrame Choose(string path)
    {
        SkyFrame? requested = options.Frame is null ? null : FrameWords.Parse(options);
        if (DeclaredFrame is null)
            return requested ?? SkyFrame.Icrs;
        bool isKnown = SkyFrame.TryParse(DeclaredFrame, out SkyFrame declared);
        if (requested is { } frame)
        {
            if (!isKnown || frame != declared)
                options.OnMessage?.Invoke($"{path}: PositionOptions.Frame is {frame} for '{columns.Ra.Name}', but "
                    + $"the file declares {DeclaredFrame}; PositionOptions.Frame is used.");
            return frame;
        }
        return isKnown ? declared
            : throw new SourceUnreadableException(path, $"its positions are in the frame {DeclaredFrame}, which is not supported",
                $"Convert them to ICRS first, or set PositionOptions.Frame ({SkyFrame.Words}) if the file is wrong");
    }
}
