using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>Computes the errors of rows from the columns of a side, and rejects values that no error can have.</summary>
/// <remarks>A missing value (null, NaN, infinite, an inverse variance of 0) gives a missing error. Not thread-safe, because buffers are
/// used again.</remarks>
internal sealed class ErrorRows
{
    private const double ArcsecPerDeg = 3600, MasPerArcsec = 1000;

    private readonly MatchSide side;
    private readonly ErrorSource source;
    private readonly ColumnSchema[] schemas;
    private readonly double[] factors;
    private readonly double[][] values;
    private readonly double floor;
    private readonly int motion;

    /// <param name="side">The side.</param>
    /// <param name="source">Its columns of errors.</param>
    /// <param name="schemaOf">Returns the schema of a column as it was read.</param>
    /// <exception cref="ArgumentException">A column has no numbers, or a unit of another kind.</exception>
    internal ErrorRows(MatchSide side, ErrorSource source, Func<string, ColumnSchema> schemaOf)
    {
        (this.side, this.source) = (side, source);
        (floor, motion) = (source.FloorArcsec * source.FloorArcsec, source.Columns.Length);
        schemas = [.. source.Read.Select(schemaOf)];
        factors = [.. schemas.Select((schema, i) => Factor(schema, i))];
        values = [.. schemas.Select(_ => Array.Empty<double>())];
    }

    /// <summary>Reads the values of the next rows.</summary>
    internal void Read(int count, SideValues.NumbersOf numbersOf)
    {
        for (int column = 0; column < values.Length; column++)
        {
            if (values[column].Length < count)
                values[column] = new double[count];
            Span<double> numbers = values[column].AsSpan(0, count);
            numbersOf(column, numbers);
            foreach (double sentinel in schemas[column].Sentinels)
                numbers.Replace(SentinelRule.Stored(schemas[column].DType, sentinel), double.NaN);
        }
    }

    /// <summary>The rows that are used and have no error, or one of 0, or whose error does not grow because that of their proper motion is
    /// missing.</summary>
    internal ErrorCounts Counts { get; private set; }

    /// <summary>Rejects values that no error can have.</summary>
    /// <param name="count">The number of rows that were read.</param>
    /// <param name="firstRow">The number of the first of them, for the message.</param>
    /// <param name="isUsed">Returns true for rows that are used; null for all.</param>
    /// <exception cref="ValueInvalidException">A value is not valid.</exception>
    internal void Require(int count, long firstRow, Func<int, bool>? isUsed)
    {
        for (int row = 0; row < count; row++)
            RequireAt(row, firstRow, isUsed);
    }

    /// <summary>Computes one error per row: σ per axis in arcseconds, NaN if missing.</summary>
    /// <param name="destination">Receives the errors.</param>
    /// <param name="decDeg">The declinations, which inverse variances need; empty if they are not read.</param>
    /// <param name="firstRow">The number of the first row, for messages.</param>
    /// <param name="isUsed">Returns true for rows of this part that are used.</param>
    /// <exception cref="ValueInvalidException">A value of a row that is used is not valid.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Circles(Span<double> destination, ReadOnlySpan<double> decDeg, long firstRow, Func<int, bool> isUsed)
    {
        bool isPlain = source.Kind == ErrorKind.Circle && floor == 0 && source.Growth is null;
        ReadOnlySpan<double> first = values[0].AsSpan(0, destination.Length);
        double factor = factors[0];
        for (int row = 0; row < destination.Length; row++)
        {
            // The values of a single column are not squared, which would change the last bit and overflow for large values.
            double sigma = isPlain ? first[row] * factor : At(row, decDeg).MeanSigma;
            bool isValid = sigma > 0 && sigma <= double.MaxValue;
            destination[row] = isValid || sigma == 0 ? sigma : double.NaN;
            if (!isPlain || !isValid)
                Count(row, firstRow, isUsed, isValid || sigma == 0, sigma == 0);
        }
    }

    /// <summary>Computes the covariance of each row, NaN if missing.</summary>
    /// <inheritdoc cref="Circles"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Covariances(Span<PositionCovariance> destination, ReadOnlySpan<double> decDeg, long firstRow, Func<int, bool> isUsed)
    {
        for (int row = 0; row < destination.Length; row++)
        {
            PositionCovariance covariance = At(row, decDeg);
            bool isValid = double.IsFinite(covariance.VarRa + covariance.VarDec + covariance.Cov);
            destination[row] = isValid ? covariance : PositionCovariance.Missing;
            Count(row, firstRow, isUsed, isValid, covariance.IsZero);
        }
    }

    private void Count(int row, long firstRow, Func<int, bool> isUsed, bool isValid, bool isZero)
    {
        RequireAt(row, firstRow, isUsed);
        bool isWithoutGrowth = source.Growth is { } growth && double.IsNaN(values[motion][row] + values[motion + 1][row])
            && Years(row, growth) is not null;
        if ((!isValid || isZero || isWithoutGrowth) && isUsed(row))
            Counts += new ErrorCounts(isValid ? 0 : 1, isValid && isZero ? 1 : 0, isWithoutGrowth ? 1 : 0);
    }

    private void RequireAt(int row, long firstRow, Func<int, bool>? isUsed)
    {
        if (FaultAt(row) is >= 0 and int column && (isUsed is null || isUsed(row)))
            throw Invalid(firstRow + row, column, row);
    }

    private PositionCovariance At(int row, ReadOnlySpan<double> decDeg)
    {
        PositionCovariance covariance = source.Kind switch
        {
            ErrorKind.Constant => PositionCovariance.OfCircle(source.ConstantArcsec),
            ErrorKind.Circle => PositionCovariance.OfCircle(values[0][row] * factors[0]),
            ErrorKind.Covariance => PositionCovariance.OfAxes(values[0][row] * factors[0], values[1][row] * factors[1],
                source.Columns.Length > 2 ? values[2][row] : 0),
            ErrorKind.Ellipse => Ellipse(values[0][row] * factors[0], values[1][row] * factors[1], values[2][row] * factors[2]),
            _ => OfInverse(values[0][row] * factors[0], values[1][row] * factors[1], decDeg.IsEmpty ? double.NaN : decDeg[row]),
        };
        if (floor > 0)
            covariance = covariance.Plus(floor, floor);
        return source.Growth is null ? covariance : Grown(covariance, row, source.Growth);
    }

    private PositionCovariance Grown(PositionCovariance covariance, int row, ErrorGrowth growth)
    {
        if (Years(row, growth) is not ({ } yearsRa, { } yearsDec))
            return covariance;
        double ra = values[motion][row] * factors[motion] * yearsRa, dec = values[motion + 1][row] * factors[motion + 1] * yearsDec;
        return double.IsFinite(ra) && double.IsFinite(dec) ? covariance.Plus(ra * ra, dec * dec) : covariance;
    }

    // The years by which the coordinates of a row are moved; null if it keeps its position (MovedRows).
    private (double Ra, double Dec)? Years(int row, ErrorGrowth growth)
    {
        double epoch = growth.EpochRa is null ? double.NaN : values[motion + 2][row], ra = growth.Years(epoch),
            dec = growth.EpochDec is null ? ra : growth.Years(values[motion + 3][row]);
        return double.IsFinite(ra) && double.IsFinite(dec) && double.IsFinite(values[^2][row]) && double.IsFinite(values[^1][row])
            && !StarLimits.IsImpossible(values[^2][row] * factors[^2], values[^1][row] * factors[^1]) ? (ra, dec) : null;
    }

    // A circle has no position angle, and catalogues leave it out then.
    private static PositionCovariance Ellipse(double major, double minor, double angleDeg) =>
        PositionCovariance.OfEllipse(major, minor, double.IsNaN(angleDeg) && major == minor ? 0 : angleDeg);

    private static PositionCovariance OfInverse(double inverseRa, double inverseDec, double decDeg)
    {
        double cos = Math.Cos(decDeg * Math.PI / 180);
        return inverseRa > 0 && inverseDec > 0 && double.IsFinite(inverseRa) && double.IsFinite(inverseDec)
            ? new(cos * cos / inverseRa, 1 / inverseDec, 0) : PositionCovariance.Missing;
    }

    // The column with a value that no error can have; -1 without one. NaN is missing, not wrong.
    private int FaultAt(int row) => source.Growth is null ? FaultOfErrorAt(row) : FaultOfErrorAt(row) is >= 0 and int column ? column
        : values[motion][row] < 0 ? motion : values[motion + 1][row] < 0 ? motion + 1 : -1;

    private int FaultOfErrorAt(int row) => source.Kind switch
    {
        ErrorKind.Constant => -1,
        ErrorKind.Circle => values[0][row] < 0 ? 0 : -1,
        ErrorKind.Covariance when source.Columns.Length > 2 && Math.Abs(values[2][row]) > 1 => 2,
        ErrorKind.Ellipse when values[1][row] * factors[1] > values[0][row] * factors[0] => 1,
        _ => values[0][row] < 0 ? 0 : values[1][row] < 0 ? 1 : -1,
    };

    private ValueInvalidException Invalid(long row, int column, int at)
    {
        (string expected, string remedy) = (source.Kind, column) switch
        {
            (ErrorKind.Covariance, 2) => ("a correlation from -1 to 1", "Correct it, or leave this row out with a condition"),
            (ErrorKind.Ellipse, 1) when values[1][at] >= 0 => (string.Create(CultureInfo.InvariantCulture,
                $"at most the semi-major axis {Text(0)} in '{schemas[0].Name}'"),
                "Correct it, name the columns in the order major, minor, angle, or leave this row out with a condition"),
            (ErrorKind.InverseVariance, _) => ("an inverse variance of 0 or more", "Correct it, or leave this row out with a condition"),
            _ => ("an error of 0 or more", "Correct it, set it to NaN if it is missing, or leave this row out with a condition"),
        };
        return new(side.Name, row, schemas[column].Name, Text(column), expected, remedy);

        string Text(int of) => schemas[of].DType == DType.Float32
            ? ((float)values[of][at]).ToString("R", CultureInfo.InvariantCulture)
            : values[of][at].ToString("R", CultureInfo.InvariantCulture);
    }

    private double Factor(ColumnSchema column, int index) => (source.Kind, index) switch
    {
        (_, _) when index >= source.Read.Length - 2 && index >= motion => MotionColumns.Factor(side, column, "mas/yr"), // proper motions
        (_, _) when index >= motion + 2 => SideValues.RequireNumbers(side, column), // years
        (_, _) when index >= motion => MotionColumns.Factor(side, column, "mas/yr") / MasPerArcsec,
        (ErrorKind.Ellipse, 2) => SideValues.AngleFactor(side, column, "deg", "deg"),
        (ErrorKind.Ellipse, _) => SideValues.AngleFactor(side, column, "arcsec", source.UnitIfNone) / source.AxisInSigmas,
        (ErrorKind.InverseVariance, _) => InverseFactor(column),
        (ErrorKind.Covariance, 2) => SideValues.RequireNumbers(side, column),
        _ => SideValues.AngleFactor(side, column, "arcsec", source.UnitIfNone),
    };

    private double InverseFactor(ColumnSchema column)
    {
        SideValues.RequireNumbers(side, column);
        return string.IsNullOrWhiteSpace(column.Unit) ? 1 / (ArcsecPerDeg * ArcsecPerDeg)
            : Units.TryConvert(column.Unit, "arcsec-2", out double factor) ? factor
            : throw new ArgumentException($"Column '{column.Name}' of {side.Name} cannot be used as an inverse variance of a position, "
                + $"because '{column.Unit}' is not the inverse of a squared angle. Choose other columns.");
    }
}
