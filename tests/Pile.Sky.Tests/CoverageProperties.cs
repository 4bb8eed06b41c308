using FsCheck.Fluent;
using static Pile.Sky.Tests.SkyGenerators;

namespace Pile.Sky.Tests;

public class CoverageProperties
{
    [Fact]
    public void Cone_covers_every_position_inside() => Check(
        from centre in Position
        from order in Order
        from size in Unit
        from pa in Unit
        from share in Gen.OneOf(Unit, Gen.Constant(1.0))
        select (centre, order, radiusDeg: Math.Min(180, 1000 * size * size * size * 60 / Healpix.NsideOf(order) / 100),
            paRad: 2 * Math.PI * pa, share), c =>
        {
            HealpixRanges cover = Healpix.CoverConeInclusive(c.centre.RaDeg, c.centre.DecDeg, c.radiusDeg, c.order);
            // The outermost 1e-12 degrees are excluded, because the position itself is rounded.
            (double raDeg, double decDeg) = Walk(c.centre.RaDeg, c.centre.DecDeg, c.paRad, Math.Max(0, c.radiusDeg * c.share - 1e-12));
            return cover.Contains(Healpix.AngToPix(c.order, raDeg, decDeg))
                && cover.Contains(Healpix.AngToPix(c.order, c.centre.RaDeg, c.centre.DecDeg));
        });

    [Fact]
    public void Box_covers_every_position_inside() => Check(
        from corner in Position
        from width in Gen.OneOf(Unit.Select(u => 360 * u), Unit.Select(u => 1e-3 * u), Gen.Elements(0.0, 360.0))
        from decA in Position
        from order in Gen.Choose(0, 9)
        from shareRa in Gen.OneOf(Unit, Gen.Elements(0.0, 1.0))
        from shareDec in Gen.OneOf(Unit, Gen.Elements(0.0, 1.0))
        select (corner, width, decB: decA.DecDeg, order, shareRa, shareDec), c =>
        {
            (double south, double north) = (Math.Min(c.corner.DecDeg, c.decB), Math.Max(c.corner.DecDeg, c.decB));
            HealpixRanges cover = Healpix.CoverBoxInclusive(c.corner.RaDeg, south, c.corner.RaDeg + c.width, north, c.order);
            long inside = Healpix.AngToPix(c.order, c.corner.RaDeg + c.shareRa * c.width,
                Math.Clamp(south + c.shareDec * (north - south), south, north));
            return cover.Contains(inside);
        });

    [Fact]
    public void Box_across_right_ascension_0_can_be_specified_in_three_ways()
    {
        HealpixRanges wrapped = Healpix.CoverBoxInclusive(350, -20, 10, 30, 6);
        Assert.Equal(wrapped.Ranges, Healpix.CoverBoxInclusive(-10, -20, 10, 30, 6).Ranges);
        Assert.Equal(wrapped.Ranges, Healpix.CoverBoxInclusive(350, -20, 370, 30, 6).Ranges);
        Assert.True(wrapped.Contains(Healpix.AngToPix(6, 0, 0)));
        Assert.False(wrapped.Contains(Healpix.AngToPix(6, 180, 0)));
    }

    [Fact]
    public void Box_at_order_29_covers_its_corners_and_little_more()
    {
        foreach ((double ra, double dec) in ((double, double)[])[(0, 0), (45, 41.8103148957786), (359.99999999, -60), (10, 89.9999999),
            (100, -89.99)])
        {
            double side = 5e-7; // about four pixels
            HealpixRanges cover = Healpix.CoverBoxInclusive(ra, dec, ra + side, dec + side / 10, 29);
            foreach ((double u, double v) in ((double, double)[])[(0, 0), (0, 1), (1, 0), (1, 1), (0.3, 0.7)])
                Assert.True(cover.Contains(Healpix.AngToPix(29, ra + u * side, dec + v * side / 10)));
            Assert.InRange(cover.PixelCount, 1, 60);
        }
    }

    [Fact]
    public void Box_that_reaches_a_pole_includes_the_four_pixels_there()
    {
        long last = (1L << 16) - 1; // the northern corner of a face at order 8
        HealpixRanges north = Healpix.CoverBoxInclusive(10, 89, 11, 90, 8), south = Healpix.CoverBoxInclusive(10, -90, 11, -89, 8);
        for (long face = 0; face < 4; face++)
        {
            Assert.True(north.Contains((face << 16) + last));
            Assert.True(south.Contains((face + 8) << 16));
        }
        Assert.False(Healpix.CoverBoxInclusive(10, 80, 11, 89, 8).Contains((2 << 16) + last));
    }

    [Fact]
    public void Whole_sky_is_one_range()
    {
        foreach (int order in (int[])[0, 5, 29])
        {
            HealpixRange[] everything = [new(0, Healpix.PixelCount(order))];
            Assert.Equal(everything, Healpix.CoverConeInclusive(12, 34, 180, order).Ranges);
            Assert.Equal(everything, Healpix.CoverBoxInclusive(0, -90, 360, 90, order).Ranges);
            Assert.Equal(everything, Healpix.CoverBoxInclusive(-180, -90, 180, 90, order).Ranges);
        }
    }

    [Fact]
    public void Cone_of_almost_180_degrees_excludes_only_the_antipode()
    {
        // The gap has an area of 413 pixels; those on its border are included.
        HealpixRanges cover = Healpix.CoverConeInclusive(100, 20, 180 - 1e-5, 26);
        Assert.InRange(Healpix.PixelCount(26) - cover.PixelCount, 330, 413);
        Assert.False(cover.Contains(Healpix.AngToPix(26, 280, -20)));
    }

    [Fact]
    public void Cover_of_a_box_has_the_expected_area()
    {
        (double ra1, double dec1, double ra2, double dec2)[] boxes = [(350, -10, 20, 30), (10, 50, 80, 90), (200, -90, 290, -85),
            (0, 30, 360, 60)];
        foreach ((double ra1, double dec1, double ra2, double dec2) in boxes)
        {
            const int order = 9;
            double width = ra2 > ra1 ? ra2 - ra1 : ra2 - ra1 + 360;
            double area = width / 360 * (Math.Sin(dec2 * Math.PI / 180) - Math.Sin(dec1 * Math.PI / 180)) / 2;
            double pixels = area * Healpix.PixelCount(order), found = Healpix.CoverBoxInclusive(ra1, dec1, ra2, dec2, order).PixelCount;
            double borderDeg = 2 * (dec2 - dec1) + width * (Math.Cos(dec1 * Math.PI / 180) + Math.Cos(dec2 * Math.PI / 180));
            double pixelSideDeg = 58.6 / Healpix.NsideOf(order);
            Assert.InRange(found, pixels, pixels + 1.2 * borderDeg / pixelSideDeg + 8);
        }
    }

    [Fact]
    public void No_pixel_is_larger_than_the_radius_used_for_cones()
    {
        double[] steps = [0.0, 0.25, 0.5, 0.75, 1.0];
        for (int order = 0; order <= 7; order++)
        {
            double worst = 0;
            for (long pixel = 0; pixel < Healpix.PixelCount(order); pixel++)
            {
                FaceSquare square = FaceSquare.OfFace((int)(pixel >> (2 * order)));
                for (int level = order - 1; level >= 0; level--)
                    square = square.Child((int)(pixel >> (2 * level)) & 3);
                UnitVector centre = square.Centre.ToUnitVector();
                foreach (double u in steps)
                    foreach (double v in steps)
                        if (u is 0 or 1 || v is 0 or 1)
                            worst = Math.Max(worst, RingPosition.OnFace(square.Face, square.U + u * square.Side, square.V + v * square.Side)
                                .ToUnitVector().SquaredChordTo(centre));
            }
            double worstRad = 2 * Math.Asin(Math.Sqrt(worst) / 2);
            Assert.InRange(worstRad / PixelRadius.MaxRad(order), 0.99, 1.0);
        }
    }

    [Fact]
    public void Set_operations_agree_with_hash_sets() => Check(
        from a in Gen.ArrayOf(Gen.Choose(0, 191))
        from b in Gen.ArrayOf(Gen.Choose(0, 767))
        from probe in Gen.Choose(0, 767)
        select (a, b, probe), c =>
    {
        HealpixRanges left = HealpixRanges.FromRanges(2, [.. c.a.Select(p => new HealpixRange(p, p + 1))]);
        HealpixRanges right = HealpixRanges.FromRanges(3, [.. c.b.Select(p => new HealpixRange(p, p + 1))]);
        HashSet<long> leftSet = [.. c.a.SelectMany(p => Enumerable.Range(4 * p, 4)).Select(p => (long)p)],
            rightSet = [.. c.b.Select(p => (long)p)];
        return left.Intersect(right).Pixels().SequenceEqual(leftSet.Intersect(rightSet).Order())
            && left.Union(right).Pixels().SequenceEqual(leftSet.Union(rightSet).Order())
            && left.AtOrder29().PixelCount == left.PixelCount << 54
            && right.Contains(c.probe) == rightSet.Contains(c.probe)
            && left.Overlaps(new HealpixPixel(3, c.probe)) == leftSet.Contains(c.probe)
            && right.Overlaps(new HealpixPixel(2, c.probe / 4)) == Enumerable.Range(c.probe / 4 * 4, 4).Any(p => rightSet.Contains(p));
    });

    private static (double RaDeg, double DecDeg) Walk(double raDeg, double decDeg, double paRad, double distanceDeg)
    {
        const double rad = Math.PI / 180;
        (double sinDec, double cosDec) = Math.SinCos(decDeg * rad);
        (double sinD, double cosD) = Math.SinCos(distanceDeg * rad);
        (double sinRa, double cosRa) = Math.SinCos(raDeg * rad);
        (double sinPa, double cosPa) = Math.SinCos(paRad);
        // centre·cos d + (north·cos pa + east·sin pa)·sin d, as a vector: an angle from its atan2 is precise at the poles as well.
        double x = cosDec * cosRa * cosD + (-sinDec * cosRa * cosPa - sinRa * sinPa) * sinD;
        double y = cosDec * sinRa * cosD + (-sinDec * sinRa * cosPa + cosRa * sinPa) * sinD;
        double z = sinDec * cosD + cosDec * cosPa * sinD;
        return (Math.Atan2(y, x) / rad, Math.Clamp(Math.Atan2(z, Math.Sqrt(x * x + y * y)) / rad, -90, 90));
    }
}
