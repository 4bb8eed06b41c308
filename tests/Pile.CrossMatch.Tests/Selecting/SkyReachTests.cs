using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>The part of the sky within reach of rows, compared with the distances to these rows.</summary>
public class SkyReachTests
{
    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(200_000, 7, 1)]
    [InlineData(200_000, 5_000, 1, Traits = ["Run", "Long"])]
    [InlineData(200_000, 5_000, 7200)]
    [InlineData(40_000, 40_000, 60)]
    [InlineData(200_000, 200_000, 60, Traits = ["Run", "Long"])]
    public void A_position_within_the_radius_of_a_selected_row_is_within_reach(int rows, int selectedRows, double radiusArcsec)
    {
        Random random = new(rows + selectedRows);
        PositionArrays positions = Sky(random, rows, capDec: rows == selectedRows ? -90 : 20);
        RowSet selected = new(rows);
        while (selected.Count < selectedRows)
            selected.Add(random.Next(rows));

        HealpixRanges? reach = SkyReach.Around(positions, radiusArcsec, selected);

        Assert.Equal(rows == selectedRows && rows > 1, reach is null); // a whole sky
        for (int row = selected.Next(0, rows); reach is not null && row < rows; row = selected.Next(row + 1, rows))
        {
            (int chunk, int at) = (row / SortedPositions.ChunkRows, row % SortedPositions.ChunkRows);
            double dec = Math.Clamp(positions.DecDeg(chunk)[at] + ((random.NextDouble() - 0.5) * 1.9 * radiusArcsec / 3600), -90, 90);
            Assert.True(reach.Contains(Healpix.AngToPix(reach.Order, positions.RaDeg(chunk)[at], dec)));
        }
    }

    [Fact]
    public void Rows_of_a_set_are_found_in_order()
    {
        Random random = new(3);
        bool[] isIn = new bool[1000];
        RowSet set = new(isIn.Length);
        for (int i = 0; i < 60; i++)
            isIn[random.Next(isIn.Length)] = true;
        for (int row = 0; row < isIn.Length; row++)
            if (isIn[row])
                set.Add(row);
        for (int from = 0; from < isIn.Length; from++)
            for (int end = from; end <= isIn.Length; end += 37)
                Assert.Equal(Array.IndexOf(isIn, true, from, end - from) is var at and >= 0 ? at : end, set.Next(from, end));
    }

    private static PositionArrays Sky(Random random, int rows, double capDec)
    {
        double least = Math.Sin(capDec * Math.PI / 180);
        (double Ra, double Dec)[] sky = [.. Enumerable.Range(0, rows).Select(_ => (random.NextDouble() * 360,
            Math.Asin(least + ((1 - least) * random.NextDouble())) * 180 / Math.PI))
            .OrderBy(p => Healpix.AngToPix(Healpix.MaxOrder, p.Item1, p.Item2))];
        return new PositionArrays([.. sky.Select(p => Healpix.AngToPix(Healpix.MaxOrder, p.Ra, p.Dec))], [.. sky.Select(p => p.Ra)],
            [.. sky.Select(p => p.Dec)]);
    }
}
