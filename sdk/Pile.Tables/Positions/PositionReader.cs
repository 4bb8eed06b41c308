using System.Collections.Immutable;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables;

/// <summary>Turns the position columns of a table's batches into ICRS degrees. Give it the batches in order, then call <see cref="Complete"/>.</summary>
public sealed class PositionReader
{
    private const double HoursPerDay = 24;

    private readonly PositionColumns _columns;
    private readonly PositionOptions _options;
    private readonly AngleColumn _ra;
    private readonly AngleColumn _dec;
    private long _nextRow;
    private double _leastRa = double.PositiveInfinity;
    private double _greatestRa = double.NegativeInfinity;

    /// <summary>Prepares the reading of a table's positions.</summary>
    /// <param name="table">The table: its columns' units and its frame count.</param>
    /// <param name="columns">Which columns they are.</param>
    /// <param name="options">Null: what the file says.</param>
    /// <param name="firstRow">The row with which reading begins, from 0: rows are counted from there.</param>
    /// <exception cref="ArgumentException">A unit is no angle, or the caller names a frame that is not read.</exception>
    /// <exception cref="SourceUnreadableException">The file declares a frame other than ICRS or FK5 (J2000).</exception>
    public PositionReader(ITableReader table, PositionColumns columns, PositionOptions? options = null, long firstRow = 0)
    {
        (_columns, _options, _nextRow) = (columns, options ?? new(), firstRow);
        _ra = new AngleColumn(table.Path, columns.Ra, isRa: true, _options.RaUnit);
        _dec = new AngleColumn(table.Path, columns.Dec, isRa: false, _options.RaUnit);
        DeclaredFrame = Frames.Normalize(_options.Frame) ?? table.FrameOf(columns.Ra.Name);
        if (DeclaredFrame is Frames.Fk5)
            _options.OnWarning?.Invoke($"{table.Path}: positions are FK5 (J2000) and are taken as ICRS; the two differ by less than 0.1 arcsec.");
        else if (DeclaredFrame is not (null or Frames.Icrs))
            throw _options.Frame is not null
                ? new ArgumentException($"Positions in the frame {_options.Frame} are not converted here. Give a table with ICRS positions.", nameof(options))
                : new SourceUnreadableException(table.Path, $"its positions are in the frame {DeclaredFrame}, which is not converted here", "Convert them to ICRS first, or name the frame with --frame if the file is wrong");
    }

    /// <summary>The frame that the caller or the file declares; null: none, which is read as ICRS.</summary>
    public string? DeclaredFrame { get; }

    /// <summary>Converts the positions of the next rows.</summary>
    /// <param name="batch">A batch that holds the two columns.</param>
    /// <exception cref="ValueInvalidException">A text is no angle: it is never cut to its first number.</exception>
    /// <exception cref="ArgumentException">A column is not in the batch.</exception>
    public PositionBatch Read(RowBatch batch)
    {
        double[] raDeg = new double[batch.RowCount], decDeg = new double[batch.RowCount];
        _ra.Convert(batch[_columns.Ra.Name], raDeg, _nextRow);
        _dec.Convert(batch[_columns.Dec.Name], decDeg, _nextRow);
        ImmutableArray<long>.Builder without = ImmutableArray.CreateBuilder<long>(), outside = ImmutableArray.CreateBuilder<long>();
        for (int i = 0; i < raDeg.Length; i++)
        {
            double ra = raDeg[i], dec = decDeg[i];
            if (double.IsNaN(ra) || double.IsNaN(dec))
            {
                without.Add(_nextRow + i);
                raDeg[i] = decDeg[i] = double.NaN;
                continue;
            }
            if (Math.Abs(dec) > 90 || ra is < -180 or > 360)
                outside.Add(_nextRow + i);
            _leastRa = Math.Min(_leastRa, ra);
            _greatestRa = Math.Max(_greatestRa, ra);
        }
        _nextRow += batch.RowCount;
        return new PositionBatch(raDeg, decDeg, without.DrainToImmutable(), outside.DrainToImmutable());
    }

    /// <summary>After the last batch: the least and the greatest right ascension, where they look like hours that nobody declared; else null.</summary>
    public (double Least, double Greatest)? UndeclaredHours =>
        _columns.Ra.DType is not DType.String && !_ra.IsUnitGiven && _leastRa >= 0 && _greatestRa is >= 0 and <= HoursPerDay // -∞ when there was no row
            ? (_leastRa, _greatestRa) : null;

    /// <summary>Says, after the last batch, what only all rows together tell: right ascensions within 0 to 24 look like hours where no unit is given.</summary>
    public void Complete()
    {
        if (UndeclaredHours is (var least, var greatest))
            _options.OnWarning?.Invoke($"RA looks like hours: all values of '{_columns.Ra.Name}' lie between {least:0.####} and {greatest:0.####}, and no unit is given. They are read as degrees; say --ra-unit hours, or --ra-unit deg to be sure.");
    }
}
