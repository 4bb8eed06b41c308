using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Pile.Proj.Native;

namespace Pile.Proj;

/// <summary>A coordinate reference system of the earth. Immutable, thread-safe, without native resources.</summary>
internal sealed partial class Crs
{
    private const int MaxDefinitionChars = 200_000;

    private Crs(string definition) => Definition = definition;

    /// <summary>The definition as given to <see cref="Parse"/>.</summary>
    internal string Definition { get; }

    /// <summary>The name, for example <c>WGS 84 / UTM zone 33N</c>.</summary>
    internal required string Name { get; init; }

    /// <summary>The authority code, for example <c>EPSG:32633</c>: its own, or that of an equal system in PROJ's database; otherwise
    /// null.</summary>
    internal required string? AuthorityCode { get; init; }

    /// <summary>The authority code of the horizontal part: <see cref="AuthorityCode"/> unless the system also has heights.</summary>
    internal required string? HorizontalCode { get; init; }

    /// <summary>The definition as WKT2 (ISO 19162:2019) in one line.</summary>
    internal required string Wkt2 { get; init; }

    /// <summary>True if the horizontal axes are longitude and latitude.</summary>
    internal required bool IsGeographic { get; init; }

    /// <summary>True if the horizontal axes are lengths on a plane.</summary>
    internal required bool IsProjected { get; init; }

    /// <summary>The name of the unit of the horizontal axes, for example <c>metre</c> or <c>degree</c>.</summary>
    internal required string UnitName { get; init; }

    /// <summary>The unit of the horizontal axes in metres, or in radians if it is an angle.</summary>
    internal required double UnitFactor { get; init; }

    /// <summary>The area of use in degrees, west greater than east across the antimeridian; null if it is not known.</summary>
    internal required (double West, double South, double East, double North)? AreaOfUse { get; init; }

    /// <summary>True if the plane may have positions that are not on the earth but have a longitude and latitude by PROJ's formulas, as
    /// those beside a sinusoidal map. Cylindrical projections do not: another turn around the earth has the same positions again.</summary>
    internal bool MayExceedEarth => IsProjected && !Endless().IsMatch(Wkt2);

    /// <summary>What a dataset stores in the column <c>crs</c>: the authority code, otherwise the WKT2. Of a compound system it is the
    /// code of the horizontal part, because footprints and pixels have no heights.</summary>
    internal string StoredForm => HorizontalCode ?? AuthorityCode ?? Wkt2;

    /// <summary>Reads a definition: <c>EPSG:n</c>, WKT2, WKT1, PROJJSON, a PROJ string, or a URN.</summary>
    /// <exception cref="CrsInvalidException">It is not that of a horizontal coordinate reference system.</exception>
    /// <exception cref="Format.NativeLibraryMissingException">libproj is not installed.</exception>
    internal static Crs Parse(string definition)
    {
        string text = definition.Trim();
        if (text.Length is 0 or > MaxDefinitionChars || text.Contains('\0'))
            throw Invalid(definition, $"has {text.Length} characters, or a zero character");
        if (FileOrPipeline().Match(text) is { Success: true } match)
            throw Invalid(definition, $"contains '{match.Value}', which names a file or a pipeline");

        using ContextLease lease = ContextLease.Rent();
        using PjHandle crs = Create(lease.Context, text);
        using PjHandle horizontal = Horizontal(lease.Context, crs, definition);
        PjType type = ProjNative.TypeOf(horizontal);
        (string unitName, double unitFactor) = Unit(lease.Context, horizontal, definition);
        string? code = NativeText.AuthorityCode(crs) ?? Identified(lease.Context, crs);
        return new Crs(text)
        {
            Name = NativeText.Name(crs),
            AuthorityCode = code,
            HorizontalCode = ProjNative.TypeOf(crs) is PjType.CompoundCrs
                ? NativeText.AuthorityCode(horizontal) ?? Identified(lease.Context, horizontal) : code,
            Wkt2 = NativeText.Wkt2(lease.Context, crs) ?? throw Invalid(definition, $"has no WKT2 form: {ContextHandle.TakeError()}"),
            IsGeographic = type is PjType.Geographic2DCrs or PjType.Geographic3DCrs,
            IsProjected = type is PjType.ProjectedCrs,
            UnitName = unitName,
            UnitFactor = unitFactor,
            AreaOfUse = Area(lease.Context, crs),
        };
    }

    public override string ToString() => AuthorityCode ?? Name;

    /// <summary>Creates the native object of a definition.</summary>
    /// <exception cref="CrsInvalidException">PROJ does not know it.</exception>
    internal static PjHandle Create(ContextHandle context, string definition)
    {
        PjHandle? crs = PjHandle.Own(context, ProjNative.Create(context, definition));
        // A PROJ string is a conversion unless it says that it is a CRS.
        if (crs is not null && ProjNative.IsCrs(crs) == 0 && definition.Contains("+proj=", StringComparison.Ordinal)
            && !definition.Contains("+type=", StringComparison.Ordinal))
        {
            crs.Dispose();
            crs = PjHandle.Own(context, ProjNative.Create(context, definition + " +type=crs"));
        }
        if (crs is null)
            throw Invalid(definition, $"is unknown to PROJ: {ContextHandle.TakeError()}");
        if (ProjNative.IsCrs(crs) != 0)
            return crs;
        crs.Dispose();
        throw Invalid(definition, "is not a coordinate reference system");
    }

    /// <summary>What PROJ strings may contain, also within WKT1, but a system from outside must not.</summary>
    [GeneratedRegex("init=|[+ ]step\\b|proj=pipeline|grids=[^ ,\"]*/", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FileOrPipeline();

    /// <summary>The methods of WKT2 whose whole plane is on the earth, or as far from it as no raster is (transverse Mercator).</summary>
    [GeneratedRegex("METHOD\\[\"(Transverse Mercator|Polar Stereographic|Mercator|Popular Visualisation Pseudo Mercator"
        + "|Equidistant Cylindrical|Lambert Cylindrical Equal Area|Miller Cylindrical|Gall Stereographic)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Endless();

    private static PjHandle Horizontal(ContextHandle context, PjHandle crs, string definition)
    {
        PjHandle? found = ProjNative.TypeOf(crs) switch
        {
            PjType.BoundCrs => PjHandle.Own(context, ProjNative.SourceCrs(context, crs)),
            PjType.CompoundCrs => PjHandle.Own(context, ProjNative.SubCrs(context, crs, 0)),
            PjType.Geographic2DCrs or PjType.Geographic3DCrs or PjType.ProjectedCrs or PjType.OtherCrs
                => Create(context, definition.Trim()),
            PjType other => throw Invalid(definition, $"is not horizontal (PROJ's type {other})"),
        };
        if (found is null)
            throw Invalid(definition, $"has no horizontal part: {ContextHandle.TakeError()}");
        if (ProjNative.TypeOf(found) is not (PjType.BoundCrs or PjType.CompoundCrs))
            return found;
        using (found)
            return PjHandle.Own(context, ProjNative.TypeOf(found) is PjType.BoundCrs ? ProjNative.SourceCrs(context, found)
                : ProjNative.SubCrs(context, found, 0)) ?? throw Invalid(definition, "has no horizontal part");
    }

    private static unsafe (string Name, double Factor) Unit(ContextHandle context, PjHandle horizontal, string definition)
    {
        using PjHandle? system = PjHandle.Own(context, ProjNative.CoordinateSystem(context, horizontal));
        double factor = 0.0;
        byte* name = null;
        return system is not null && ProjNative.AxisCount(context, system) >= 2
            && ProjNative.AxisInfo(context, system, 0, null, null, null, &factor, &name, null, null) != 0
            ? (Marshal.PtrToStringUTF8((nint)name) ?? "", factor)
            : throw Invalid(definition, "has no horizontal axes");
    }

    private static unsafe (double, double, double, double)? Area(ContextHandle context, PjHandle crs) =>
        ProjNative.AreaOfUse(context, crs, out double west, out double south, out double east, out double north, null) != 0
            && west >= -180.0 // PROJ returns -1000 for an area that it does not know
            ? (west, south, east, north) : null;

    /// <summary>Returns the code of the system in PROJ's database that equals this one in all but its name; null if there is
    /// none.</summary>
    private static unsafe string? Identified(ContextHandle context, PjHandle crs)
    {
        nint list = ProjNative.Identify(context, crs, null, 0, out int* confidence);
        try
        {
            if (list is 0 || ProjNative.ListCount(list) < 1 || confidence is null || confidence[0] < 100
                || (ProjNative.ListCount(list) > 1 && confidence[1] == 100))
                return null;
            using PjHandle? found = PjHandle.Own(context, ProjNative.ListItem(context, list, 0));
            return found is null ? null : NativeText.AuthorityCode(found);
        }
        finally
        {
            if (confidence is not null)
                ProjNative.DestroyIntegers(confidence);
            if (list is not 0)
                ProjNative.DestroyList(list);
        }
    }

    private static CrsInvalidException Invalid(string definition, string finding) =>
        new(definition, finding, "Expected a code as EPSG:32633, WKT, PROJJSON or a PROJ string");
}
