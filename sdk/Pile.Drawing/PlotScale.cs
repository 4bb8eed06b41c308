namespace Pile.Drawing;

/// <summary>A linear map from a range of values to a range of pixels; either may be reversed.</summary>
internal readonly record struct PlotScale(double FromLow, double FromHigh, double ToLow, double ToHigh)
{
    public double this[double value] => ToLow + (value - FromLow) / (FromHigh - FromLow) * (ToHigh - ToLow);
}
