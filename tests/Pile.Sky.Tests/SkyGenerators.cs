using FsCheck;
using FsCheck.Fluent;
using Pile.TestKit;

namespace Pile.Sky.Tests;

/// <summary>Generates positions and pixels; edge cases of HEALPix are as frequent as others.</summary>
internal static class SkyGenerators
{
    private const double TransitionDecDeg = 41.810314895778596;

    internal static Gen<int> Order { get; } = Gen.Choose(0, Healpix.MaxOrder);

    internal static Gen<double> Unit { get; } = Gen.Choose(0, int.MaxValue).Select(i => i / (double)int.MaxValue);

    private static Gen<double> RaDeg { get; } = Gen.OneOf(
        Unit.Select(u => 360 * u),
        Gen.Elements(0.0, 360.0, -1e-12, 45.0, 90.0, 180.0, 270.0, 359.9999999));

    private static Gen<double> DecDeg { get; } = Gen.OneOf(
        Unit.Select(u => Math.Asin(2 * u - 1) * 180 / Math.PI),
        Unit.Select(u => 90 - 1e-6 * u),
        Gen.Elements(90.0, -90.0, 0.0, TransitionDecDeg, -TransitionDecDeg, 89.999, -89.999));

    internal static Gen<(double RaDeg, double DecDeg)> Position { get; } = from ra in RaDeg from dec in DecDeg select (ra, dec);

    internal static Gen<HealpixPixel> Pixel { get; } =
        from order in Order
        from position in Position
        select HealpixPixel.FromRaDec(position.RaDeg, position.DecDeg, order);

    internal static void Check<T>(Gen<T> cases, Func<T, bool> law) =>
        Prop.ForAll(cases.ToArbitrary(), law).Check(Laws.Repeatable.WithMaxTest(500));
}
