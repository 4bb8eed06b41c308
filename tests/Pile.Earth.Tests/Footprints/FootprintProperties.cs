using FsCheck;
using FsCheck.Fluent;
using Pile.Sky;

namespace Pile.Earth.Tests;

public class FootprintProperties
{
    /// <summary>Quadrilaterals and stars around any place of the earth, as rings of longitude and latitude.</summary>
    private static Gen<double[]> RingsTo(int latDeg) =>
        from lon in Gen.Choose(-175, 175)
        from lat in Gen.Choose(-latDeg, latDeg)
        from count in Gen.Choose(3, 9)
        from size in Gen.Elements(0.01, 1.0, 4.0)
        from radii in Gen.Choose(20, 100).ArrayOf(count)
        select Ring(lon, lat, size, radii);

    private static Gen<double[]> Rings => RingsTo(85);

    private static double[] Ring(double lonDeg, double latDeg, double sizeDeg, int[] radii) =>
        [.. Enumerable.Range(0, radii.Length).SelectMany(i =>
        {
            (double sin, double cos) = Math.SinCos(Math.Tau * i / radii.Length);
            return (double[])[lonDeg + (sizeDeg * radii[i] / 100.0 * cos), latDeg + (sizeDeg * radii[i] / 100.0 * sin)];
        })];

    private static double[] Moved(double[] ring, double shiftDeg) => [.. ring.Select((v, i) => i % 2 == 0 ? v + shiftDeg : v)];

    [Fact]
    public void Moving_by_a_turn_and_folding_into_180_give_the_same_footprint() => Prop.ForAll(Rings.ToArbitrary(), ring =>
    {
        FootprintMeasures given = Footprint.FromRing(ring).Measures;
        double[] folded = [.. ring.Select((v, i) => i % 2 == 0 ? UtmZone.Wrapped(v) : v)];
        return Same(given, Footprint.FromRing(Moved(ring, 360)).Measures) && Same(given, Footprint.FromRing(Moved(ring, -360)).Measures)
            && Same(given, Footprint.FromRing(folded).Measures);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_footprint_elsewhere_in_longitude_has_the_same_area_radius_and_latitude() => Prop.ForAll(Rings.ToArbitrary(), ring =>
    {
        FootprintMeasures given = Footprint.FromRing(ring).Measures, moved = Footprint.FromRing(Moved(ring, 77.0)).Measures;
        return Math.Abs(given.AreaDeg2 - moved.AreaDeg2) <= 1e-8 * given.AreaDeg2 && Math.Abs(given.RadiusDeg - moved.RadiusDeg) <= 1e-8
            && Math.Abs(given.CentreLatDeg - moved.CentreLatDeg) <= 1e-8;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_point_of_a_footprint_is_outside_its_box_or_farther_than_its_radius() => Prop.ForAll(Rings.ToArbitrary(), ring =>
    {
        FootprintMeasures measures = Footprint.FromRing(ring).Measures;
        for (int i = 0; i < ring.Length; i += 2)
            for (double t = 0.0; t < 1.0; t += 0.01)
            {
                int next = (i + 2) % ring.Length;
                double lon = ring[i] + (t * (ring[next] - ring[i])), lat = ring[i + 1] + (t * (ring[next + 1] - ring[i + 1]));
                if (Separation.Arcsec(measures.CentreLonDeg, measures.CentreLatDeg, lon, lat) / 3600.0 > measures.RadiusDeg + 1e-12)
                    return false;
                LonLatBounds point = new(UtmZone.Wrapped(lon), lat, UtmZone.Wrapped(lon), lat);
                LonLatBounds box = measures.Bounds with
                {
                    South = measures.Bounds.South - 1e-9,
                    North = measures.Bounds.North + 1e-9,
                    West = measures.Bounds.West - 1e-9,
                    East = measures.Bounds.East + 1e-9
                };
                if (!box.Intersects(point))
                    return false;
            }
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tests_are_symmetric_and_those_within_intersect() =>
        Prop.ForAll((from a in RingsTo(75) from b in RingsTo(75) from near in Gen.Choose(0, 3) select (a, b, near)).ToArbitrary(), c =>
        {
            // Mostly near each other.
            double[] other = c.near == 0 ? c.b : [.. c.b.Select((v, i) => v - c.b[i % 2] + c.a[i % 2])];
            Footprint a = Footprint.FromRing(c.a), b = Footprint.FromRing(other);
            FootprintRegion inA = new(a), inB = new(b);
            bool intersect = a.Intersects(inB);
            return intersect == b.Intersects(inA) && (intersect || !(a.IsWithin(inB) || b.IsWithin(inA))) && a.IsWithin(inA)
                && (!intersect || a.Measures.Bounds.Intersects(b.Measures.Bounds))
                && (!(a.IsWithin(inB) && b.IsWithin(inA)) || Math.Abs(a.Measures.AreaDeg2 - b.Measures.AreaDeg2) < 1e-12);
        }).QuickCheckThrowOnFailure();

    /// <summary>To 1 mm: moving a longitude of 100 by 360 changes its last digits.</summary>
    private static bool Same(FootprintMeasures a, FootprintMeasures b) =>
        Math.Abs(Math.IEEERemainder(a.CentreLonDeg - b.CentreLonDeg, 360.0)) * Math.Cos(a.CentreLatDeg * Math.PI / 180) <= 1e-8
        && Math.Abs(a.CentreLatDeg - b.CentreLatDeg) <= 1e-8
        && Math.Abs(a.AreaDeg2 - b.AreaDeg2) <= 1e-8 * a.AreaDeg2 && Math.Abs(a.RadiusDeg - b.RadiusDeg) <= 1e-8
        && Math.Abs(Math.IEEERemainder(a.Bounds.West - b.Bounds.West, 360.0)) <= 1e-9
        && Math.Abs(Math.IEEERemainder(a.Bounds.East - b.Bounds.East, 360.0)) <= 1e-9;
}
