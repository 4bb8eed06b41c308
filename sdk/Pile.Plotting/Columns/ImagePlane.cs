using System.Numerics;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Converts the pixels of one band to flux for drawing.</summary>
internal static class ImagePlane
{
    /// <summary>Returns a band of a row.</summary>
    /// <param name="image">The column.</param>
    /// <param name="row">The row.</param>
    /// <param name="band">The band, from 0.</param>
    /// <param name="pixelCount">The number of pixels of a band.</param>
    /// <param name="scale">The factor of the values; booleans are returned as 0 and 1.</param>
    internal static float[] Of(ColumnData image, int row, int band, int pixelCount, double scale)
    {
        float[] plane = new float[pixelCount];
        switch (image)
        {
            case ColumnData<bool> c:
                for (int i = 0; i < pixelCount; i++)
                    plane[i] = c.Row(row)[(band * pixelCount) + i] ? 1 : 0;
                break;
            case ColumnData<sbyte> c:
                Scale(c);
                break;
            case ColumnData<byte> c:
                Scale(c);
                break;
            case ColumnData<short> c:
                Scale(c);
                break;
            case ColumnData<ushort> c:
                Scale(c);
                break;
            case ColumnData<int> c:
                Scale(c);
                break;
            case ColumnData<uint> c:
                Scale(c);
                break;
            case ColumnData<long> c:
                Scale(c);
                break;
            case ColumnData<ulong> c:
                Scale(c);
                break;
            case ColumnData<float> c:
                Scale(c);
                break;
            case ColumnData<double> c:
                Scale(c);
                break;
        }
        return plane;

        void Scale<T>(ColumnData<T> column) where T : unmanaged, INumberBase<T>
        {
            ReadOnlySpan<T> values = column.Row(row).Slice(band * pixelCount, pixelCount);
            for (int i = 0; i < plane.Length; i++)
                plane[i] = (float)(double.CreateTruncating(values[i]) * scale);
        }
    }

    /// <summary>Returns the mean of two bands, pixel by pixel.</summary>
    internal static float[] Mean(float[] a, float[] b)
    {
        float[] mean = new float[a.Length];
        for (int i = 0; i < mean.Length; i++)
            mean[i] = (a[i] + b[i]) / 2;
        return mean;
    }
}
