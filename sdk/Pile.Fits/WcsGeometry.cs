namespace Pile.Fits;

/// <summary>The local scale and orientation of an image.</summary>
/// <param name="PixelScaleArcsec">√|det| of the local Jacobian: the side of a square of the same area as the pixel, in arcseconds.</param>
/// <param name="NorthAngleDeg">The direction of north (of increasing latitude), counterclockwise from the +y axis with x to the right and
/// y up; in (-180, 180].</param>
/// <param name="EastAngleDeg">The direction of east, likewise; 90° from north in an undistorted sky image.</param>
/// <param name="IsSkyParity">Whether east is counterclockwise of north, as on the sky; false for mirrored images.</param>
internal readonly record struct WcsGeometry(double PixelScaleArcsec, double NorthAngleDeg, double EastAngleDeg, bool IsSkyParity);
