namespace Pile.Proj.Native;

/// <summary>The values of <c>PJ_TYPE</c> that matter here.</summary>
internal enum PjType
{
    GeodeticCrs = 9,
    GeocentricCrs = 10,
    Geographic2DCrs = 12,
    Geographic3DCrs = 13,
    VerticalCrs = 14,
    ProjectedCrs = 15,
    CompoundCrs = 16,
    BoundCrs = 19,
    OtherCrs = 20,
    Conversion = 21,
}
