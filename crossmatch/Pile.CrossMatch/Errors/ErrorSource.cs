using System.Collections.Immutable;
using System.Globalization;

namespace Pile.CrossMatch;

/// <summary>Where the errors of a side are from.</summary>
/// <param name="Kind">The meaning of the columns.</param>
/// <param name="Columns">The columns; empty for a constant.</param>
internal sealed record ErrorSource(ErrorKind Kind, ImmutableArray<string> Columns)
{
    /// <summary>The error of all rows in arcseconds, if there are no columns.</summary>
    internal double ConstantArcsec { get; init; }

    /// <summary>The probability in percent that the ellipse contains the true position; 0 for an ellipse of one standard
    /// deviation.</summary>
    internal int Percent { get; init; }

    /// <summary>The unit of values without one.</summary>
    internal string UnitIfNone { get; init; } = "arcsec";

    /// <summary>A systematic error in arcseconds that is added in quadrature to each axis.</summary>
    internal double FloorArcsec { get; init; }

    /// <summary>The error of all rows with the floor, in arcseconds.</summary>
    internal double ConstantWithFloor => FloorArcsec == 0 ? ConstantArcsec
        : Math.Sqrt((ConstantArcsec * ConstantArcsec) + (FloorArcsec * FloorArcsec));

    /// <summary>How the errors grow while positions are moved; null if they do not.</summary>
    internal ErrorGrowth? Growth { get; init; }

    /// <summary>True if the errors are used as one number per row, the root mean square of the axes.</summary>
    internal bool IsCircular { get; init; }

    /// <summary>True if the caller named the columns or the constant.</summary>
    internal bool IsNamed { get; init; }

    /// <summary>True if each row has the same error.</summary>
    internal bool IsConstant => Kind == ErrorKind.Constant;

    /// <summary>The bytes that are stored for each row.</summary>
    internal int RowBytes => Read.IsEmpty ? 0 : IsCircular ? sizeof(double) : 3 * sizeof(double);

    /// <summary>The columns that are read.</summary>
    internal ImmutableArray<string> Read => Growth is null ? Columns : [.. Columns, .. Growth.Columns];

    /// <summary>The semi-axis of the ellipse in standard deviations.</summary>
    /// <remarks>A circle of radius k·σ contains a position with normal errors with the probability 1 − exp(−k²/2). 68 % is that of one
    /// standard deviation in one dimension, 68.27 %.</remarks>
    internal double AxisInSigmas => Percent == 0 ? 1 : Math.Sqrt(-2 * Math.Log(1 - (Percent == 68 ? 0.6827 : Percent / 100.0)));

    /// <summary>The columns as <see cref="CrossMatchOptions.ErrorsA"/> names them, or the constant, with the floor.</summary>
    internal string Description
    {
        get
        {
            string word = Kind switch
            {
                ErrorKind.Circle => "",
                ErrorKind.Covariance => "covariance:",
                ErrorKind.Ellipse => Percent == 0 ? "ellipse:" : $"ellipse{Percent}:",
                _ => "ivar:",
            };
            string errors = IsConstant ? $"{Text(ConstantArcsec)} arcsec" : word + string.Join(',', Columns);
            if (FloorArcsec > 0)
                errors += $"; floor {Text(FloorArcsec)} arcsec";
            return Growth is { } growth ? $"{errors}; grown by {growth.PmRaError},{growth.PmDecError}" : errors;
        }
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
