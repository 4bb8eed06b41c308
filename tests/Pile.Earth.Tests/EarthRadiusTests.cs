using Pile.Proj;
using Pile.Sky;

namespace Pile.Earth.Tests;

public class EarthRadiusTests
{
    [Fact] // geodesics of PROJ, whose agreement with pyproj Pile.Proj.Tests shows
    public void Every_geodesic_is_between_the_bounds_of_its_angle()
    {
        Random random = new(11);
        for (int i = 0; i < 20_000; i++)
        {
            double scale = Math.Pow(10, -random.Next(0, 7));
            double lon = random.NextDouble() * 360 - 180, lat = i % 5 == 0 ? 0.0 : random.NextDouble() * 180 - 90;
            double otherLon = lon + (random.NextDouble() - 0.5) * 360 * scale, otherLat = lat + (random.NextDouble() - 0.5) * 180 * scale;
            if (i % 3 == 0)
                otherLon = lon;
            otherLat = Math.Clamp(otherLat, -90, 90);
            double distanceM = Geodesic.DistanceM(lon, lat, otherLon, otherLat);
            double angleDeg = Separation.Arcsec(lon, lat, otherLon, otherLat) / 3600.0;
            Assert.InRange(angleDeg, EarthRadius.DegOfOnlyWithin(distanceM) * (1 - 1e-9) - 1e-12,
                EarthRadius.DegOfAllWithin(distanceM) * (1 + 1e-9) + 1e-12);
        }
        Assert.Equal(180.0, EarthRadius.DegOfAllWithin(3e7));
        Assert.Throws<ArgumentOutOfRangeException>(() => EarthRadius.DegOfAllWithin(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => EarthRadius.DegOfAllWithin(double.NaN));
    }
}
