using System.Runtime.InteropServices;

namespace Pile.Drawing.Tests;

/// <summary>Test images, and arrays exchanged with Python.</summary>
internal static class Arrays
{
    public static void Write(string path, ReadOnlySpan<float> values) => File.WriteAllBytes(path, MemoryMarshal.AsBytes(values));

    public static void Write(string path, ReadOnlySpan<double> values) => File.WriteAllBytes(path, MemoryMarshal.AsBytes(values));

    public static double Gaussian(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Returns a source in the middle of Gaussian noise of σ = 1 at a sky level.</summary>
    public static float[] Field(int seed, int width, int height, double peak, double sky)
    {
        Random random = new(seed);
        var plane = new float[width * height];
        for (int i = 0; i < plane.Length; i++)
        {
            double x = i % width - width / 2.0, y = i / width - height / 2.0;
            plane[i] = (float)(sky + random.Gaussian() + peak * Math.Exp(-(x * x + y * y) / 18));
        }

        return plane;
    }
}
