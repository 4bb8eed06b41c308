using System.Text.Json;
using Pile.TestKit;

namespace Pile.Earth.Tests;

public class FlagTestTests
{
    /// <summary>Flags of Landsat Collection 2's QA_PIXEL (USGS LSDS-1619, table 6-3), and one over all bits as in ODC's WOfS.</summary>
    private static readonly Flag[] QaPixel =
    [
        new("nodata", [0], [(0, "false"), (1, "true")]),
        new("dilated_cloud", [1], [(0, "not_dilated"), (1, "dilated")]),
        new("cloud", [3], [(0, "not_high_confidence"), (1, "high_confidence")]),
        new("cloud_shadow", [4], [(0, "not_high_confidence"), (1, "high_confidence")]),
        new("cloud_confidence", [9, 8], [(0, "not_set"), (1, "low"), (2, "medium"), (3, "high")]),
        new("empty", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [(0, "true")]),
    ];

    [Fact]
    public void Masks_are_those_of_numpy()
    {
        JsonElement oracle = JsonDocument.Parse(Python.Run("""
            import sys, json, numpy as np
            p = np.random.default_rng(1).integers(0, 2 ** 16, 5000).astype('u2')
            p[:100] = 0
            conf = p >> 8 & 3
            masks = [(p >> 3 & 1 == 1), (p & 1 == 0) & (p >> 3 & 1 == 0) & (p >> 4 & 1 == 0), (conf == 1) | (conf == 2),
                (p >> 1 & 1 == 1) & ((conf == 0) | (conf == 3)), p == 0]
            json.dump([p.tolist()] + [m.astype(int).tolist() for m in masks], sys.stdout)
            """)).RootElement;
        ushort[] pixels = [.. oracle[0].EnumerateArray().Select(v => v.GetUInt16())];
        FlagTest[] tests =
        [
            new(QaPixel, [("cloud", ["high_confidence"])]),
            new(QaPixel, [("nodata", ["false"]), ("cloud", ["not_high_confidence"]), ("cloud_shadow", ["not_high_confidence"])]),
            new(QaPixel, [("cloud_confidence", ["low", "medium"])]),
            new(QaPixel, [("dilated_cloud", ["dilated"]), ("cloud_confidence", ["not_set", "high"])]),
            new(QaPixel, [("empty", ["true"])]),
        ];
        for (int i = 0; i < tests.Length; i++)
        {
            byte[] found = new byte[pixels.Length];
            tests[i].Test<ushort>(pixels, found);
            Assert.Equal(oracle[i + 1].EnumerateArray().Select(v => v.GetByte()), found);
            short[] signed = [.. pixels.Select(p => unchecked((short)p))];
            byte[] again = new byte[pixels.Length];
            tests[i].Test<short>(signed, again);
            Assert.Equal(found, again);
            Assert.Equal(found.Select(f => f == 1), pixels.Select(p => tests[i].Passes(p)));
        }
    }

    [Fact]
    public void Contradicting_conditions_pass_nothing_and_none_pass_all()
    {
        Assert.False(new FlagTest(QaPixel, [("empty", ["true"]), ("cloud", ["high_confidence"])]).Passes(0b1000));
        Assert.False(new FlagTest(QaPixel, [("cloud", ["high_confidence"]), ("cloud", ["not_high_confidence"])]).Passes(0b1000));
        Assert.True(new FlagTest(QaPixel, []).Passes(7));
        byte[] found = [9, 9];
        new FlagTest(QaPixel, [("cloud_confidence", ["high"])]).Test<byte>([255, 0], found); // the type has no bits 8 and 9
        Assert.Equal([0, 0], found);
    }

    [Fact]
    public void Labels_of_pixels_are_found()
    {
        Assert.Equal("medium", QaPixel[4].LabelOf(0b10_0000_0001));
        Assert.Null(QaPixel[5].LabelOf(1));
    }

    [Fact]
    public void Unknown_names_and_impossible_bits_are_rejected()
    {
        Assert.Contains("'cloud_shadow'", Assert.Throws<FormatException>(() => new FlagTest(QaPixel, [("clouds", ["x"])])).Message);
        Assert.Contains("'medium'", Assert.Throws<FormatException>(() => new FlagTest(QaPixel, [("cloud_confidence", ["mid"])])).Message);
        Assert.Throws<FormatException>(() => new Flag("a", [], []));
        Assert.Throws<FormatException>(() => new Flag("a", [64], []));
        Assert.Throws<FormatException>(() => new Flag("a", [1, 1], []));
        Assert.Throws<FormatException>(() => new Flag("a", [1], [(2, "x")]));
        Assert.Throws<FormatException>(() => new Flag("a", [63], [(2, "x")]));
        Assert.Throws<FormatException>(() => new Flag("a", [1], [(-1, "x")]));
        Assert.Throws<FormatException>(() => new Flag("a", [1], [(1, "x"), (1, "y")]));
    }
}
