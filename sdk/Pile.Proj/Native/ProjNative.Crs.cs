using System.Runtime.InteropServices;

namespace Pile.Proj.Native;

/// <summary>What is asked about coordinate reference systems and operations.</summary>
internal static unsafe partial class ProjNative
{
    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_is_crs")]
    internal static partial int IsCrs(PjHandle pj);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_get_type")]
    internal static partial PjType TypeOf(PjHandle pj);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_get_name")]
    internal static partial byte* NameOf(PjHandle pj);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_get_id_auth_name")]
    internal static partial byte* AuthorityOf(PjHandle pj, int index);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_get_id_code")]
    internal static partial byte* CodeOf(PjHandle pj, int index);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_as_wkt")]
    internal static partial byte* AsWkt(ContextHandle context, PjHandle pj, int type, byte** options);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_get_area_of_use")]
    internal static partial int AreaOfUse(ContextHandle context, PjHandle pj, out double west, out double south, out double east,
        out double north, byte** name);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_get_source_crs")]
    internal static partial nint SourceCrs(ContextHandle context, PjHandle boundCrs);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_crs_get_sub_crs")]
    internal static partial nint SubCrs(ContextHandle context, PjHandle compoundCrs, int index);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_crs_get_coordinate_system")]
    internal static partial nint CoordinateSystem(ContextHandle context, PjHandle crs);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_cs_get_axis_count")]
    internal static partial int AxisCount(ContextHandle context, PjHandle coordinateSystem);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_cs_get_axis_info")]
    internal static partial int AxisInfo(ContextHandle context, PjHandle coordinateSystem, int index, byte** name, byte** abbreviation,
        byte** direction, double* unitFactor, byte** unitName, byte** unitAuthority, byte** unitCode);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_identify")]
    internal static partial nint Identify(ContextHandle context, PjHandle crs, byte* authority, nint options, out int* confidence);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_int_list_destroy")]
    internal static partial void DestroyIntegers(int* list);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_list_get_count")]
    internal static partial int ListCount(nint list);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_list_get")]
    internal static partial nint ListItem(ContextHandle context, nint list, int index);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_list_destroy")]
    internal static partial void DestroyList(nint list);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_create_operation_factory_context")]
    internal static partial nint CreateOperationFactory(ContextHandle context, byte* authority);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_operation_factory_context_destroy")]
    internal static partial void DestroyOperationFactory(nint factory);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_operation_factory_context_set_grid_availability_use")]
    internal static partial void SetGridAvailability(ContextHandle context, nint factory, int use);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_operation_factory_context_set_spatial_criterion")]
    internal static partial void SetSpatialCriterion(ContextHandle context, nint factory, int criterion);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_create_operations")]
    internal static partial nint CreateOperations(ContextHandle context, PjHandle source, PjHandle target, nint factory);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_coordoperation_is_instantiable")]
    internal static partial int IsInstantiable(ContextHandle context, PjHandle operation);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_coordoperation_has_ballpark_transformation")]
    internal static partial int HasBallpark(ContextHandle context, PjHandle operation);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_coordoperation_get_accuracy")]
    internal static partial double AccuracyM(ContextHandle context, PjHandle operation);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_coordoperation_get_grid_used_count")]
    internal static partial int GridCount(ContextHandle context, PjHandle operation);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "proj_coordoperation_get_grid_used")]
    internal static partial int GridUsed(ContextHandle context, PjHandle operation, int index, byte** shortName, byte** fullName,
        byte** package, byte** url, int* isDirectDownload, int* isOpenLicence, int* isAvailable);
}
