using Pile.Fits;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>The frame of a band from which an object is cut out, and where the object stands on it.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="X">The object's column, from 0.</param>
/// <param name="Y">The object's row, from 0.</param>
internal readonly record struct FramePosition(Frame Frame, double X, double Y);

/// <summary>Chooses among the frames of a band the one in which an object is most central. Holds native memory; one thread at a time.</summary>
internal sealed class FramePicker(FrameIndex index) : IDisposable
{
    private readonly Dictionary<Frame, Wcs> open = [];

    /// <summary>Finds the frame that covers a position with the largest distance to its nearest edge, in pixels; of equals, the first by name. Null if none covers it.</summary>
    internal FramePosition? Pick(double raDeg, double decDeg)
    {
        FramePosition? best = null;
        double bestDistance = 0;
        foreach (Frame frame in index.Near(raDeg, decDeg))
        {
            Wcs wcs = WcsOf(frame);
            (double longitude, double latitude) = frame.FromIcrs.Convert(raDeg, decDeg);
            (double x, double y) = wcs.SkyToPixel(longitude, latitude);
            double distance = Math.Min(Math.Min(x + 0.5, frame.Width - 0.5 - x), Math.Min(y + 0.5, frame.Height - 0.5 - y));
            if (distance > bestDistance)
                (best, bestDistance) = (new FramePosition(frame, x, y), distance);
        }
        return best;
    }

    /// <summary>The WCS of a frame, opened once.</summary>
    internal Wcs WcsOf(Frame frame)
    {
        if (!open.TryGetValue(frame, out Wcs? wcs))
            open.Add(frame, wcs = Wcs.Open(frame.Header));
        return wcs;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Wcs wcs in open.Values)
            wcs.Dispose();
    }
}
