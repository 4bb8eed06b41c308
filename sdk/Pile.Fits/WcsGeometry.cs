namespace Pile.Fits;

/// <summary>How the sky lies on the pixels at one place.</summary>
/// <param name="PixelScaleArcsec">√|det| of the local Jacobian: the side of a square as large as the pixel, in arcseconds.</param>
/// <param name="NorthAngleDeg">Direction of north (of increasing latitude), counterclockwise from the +y axis as drawn with x to the right
/// and y up; in (-180, 180].</param>
/// <param name="EastAngleDeg">Direction of east, likewise; 90° on from north in an undistorted sky image.</param>
/// <param name="IsSkyParity">Whether east lies counterclockwise of north, as on the sky seen from within; false for mirrored
/// images.</param>
internal readonly record struct WcsGeometry(double PixelScaleArcsec, double NorthAngleDeg, double EastAngleDeg, bool IsSkyParity);
