namespace Pile.Drawing;

/// <summary>The measurements of one band of a light curve: arrays of the same length.</summary>
/// <param name="Band">The band's name.</param>
/// <param name="Time">Times, in the unit of the plot; NaN is missing.</param>
/// <param name="Value">Fluxes or magnitudes; NaN is missing.</param>
/// <param name="Error">Standard errors, or empty.</param>
/// <param name="IsFlagged">True for measurements that the survey flags, or empty.</param>
internal sealed record LightCurveArrays(string Band, double[] Time, double[] Value, double[] Error, bool[] IsFlagged)
{
    /// <summary>Returns true for a measurement with time and value.</summary>
    public bool IsMeasured(int i) => double.IsFinite(Time[i]) && double.IsFinite(Value[i]);

    /// <summary>Returns true for a measured sample that is not flagged.</summary>
    public bool IsGood(int i) => IsMeasured(i) && (IsFlagged.Length == 0 || !IsFlagged[i]);
}
