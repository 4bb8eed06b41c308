using System.Runtime.InteropServices;

namespace Pile.Proj.Native;

/// <summary>The C API of PROJ: proj.h. Strings that it returns are borrowed: they die with their object or at the next call.</summary>
internal static unsafe partial class ProjNative
{
    /// <summary>PJ_FWD and PJ_INV.</summary>
    internal const int Forward = 1, Inverse = -1;

    /// <summary>PJ_WKT2_2019.</summary>
    internal const int Wkt2In2019 = 2;

    /// <summary>PJ_LOG_ERROR.</summary>
    internal const int LogErrors = 1;

    /// <summary>PROJ_GRID_AVAILABILITY_IGNORED: operations are ranked as if all grids were installed.</summary>
    internal const int GridAvailabilityIgnored = 2;

    /// <summary>PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION: as proj_create_crs_to_crs uses it.</summary>
    internal const int PartialIntersection = 1;

    static ProjNative() => ProjLibrary.EnsureResolved();

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_context_create")]
    internal static partial nint CreateContext();

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_context_destroy")]
    internal static partial nint DestroyContext(nint context);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_context_set_enable_network")]
    internal static partial int EnableNetwork(ContextHandle context, int isEnabled);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_log_level")]
    internal static partial int SetLogLevel(ContextHandle context, int level);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_log_func")]
    internal static partial void SetLogFunction(ContextHandle context, nint data,
        delegate* unmanaged[Cdecl]<nint, int, byte*, void> function);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Create(ContextHandle context, string definition);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_destroy")]
    internal static partial nint Destroy(nint pj);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_create_crs_to_crs_from_pj")]
    internal static partial nint CreateTransform(ContextHandle context, PjHandle source, PjHandle target, nint area, nint options);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_normalize_for_visualization")]
    internal static partial nint InLonLatOrder(ContextHandle context, PjHandle transform);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_trans_generic")]
    internal static partial nuint Transform(PjHandle transform, int direction, double* x, nuint strideX, nuint countX,
        double* y, nuint strideY, nuint countY, double* z, nuint strideZ, nuint countZ, double* t, nuint strideT, nuint countT);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_errno_reset")]
    internal static partial int ResetError(PjHandle transform);
}
