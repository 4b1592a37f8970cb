// Takes what is not public out of an assembly's documentation: dotnet run eng/public-docs.cs -- ASSEMBLY.dll
//
// The compiler writes the comments of all members. A package is for who calls what is public, so the file beside the
// assembly keeps that alone. Exit: 0, with a line that says how many members are left.

#:property PublishAot=false

using System.Reflection;
using System.Xml.Linq;

const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
                         | BindingFlags.DeclaredOnly;

string path = Path.GetFullPath(args.Length == 1 ? args[0] : throw new ArgumentException("One argument: the assembly."));
string documentation = Path.ChangeExtension(path, ".xml");
// An assembly by its name is looked for beside the one that asks for it.
AppDomain.CurrentDomain.AssemblyResolve += (_, missing) =>
    Path.Combine(Path.GetDirectoryName(path)!, new AssemblyName(missing.Name).Name + ".dll") is var beside
    && File.Exists(beside)
        ? Assembly.LoadFrom(beside)
        : null;

var visible = new HashSet<string>();
foreach (Type type in Assembly.LoadFrom(path).GetExportedTypes())
{
    string name = NameOf(type);
    visible.Add($"T:{name}");
    visible.UnionWith(type.GetMembers(All).OfType<MethodBase>().Where(IsVisible).Select(method => $"M:{IdOf(method)}"));
    visible.UnionWith(type.GetFields(All).Where(field => !field.IsPrivate && !field.IsAssembly)
        .Select(field => $"F:{name}.{field.Name}"));
    visible.UnionWith(type.GetProperties(All).Where(property => property.GetAccessors(true).Any(IsVisible))
        .Select(property => $"P:{name}.{property.Name}{Parameters(property.GetIndexParameters())}"));
    visible.UnionWith(type.GetEvents(All).Where(one => IsVisible(one.AddMethod!))
        .Select(one => $"E:{name}.{one.Name}"));
}

XDocument all = XDocument.Load(documentation, LoadOptions.PreserveWhitespace);
XElement[] members = [.. all.Descendants("member")];
foreach (XElement member in members.Where(member => !visible.Contains(member.Attribute("name")!.Value)))
{
    // With the line that it stands on.
    if (member.PreviousNode is XText) member.PreviousNode.Remove();
    member.Remove();
}

all.Save(documentation, SaveOptions.DisableFormatting);
Console.WriteLine($"{documentation}: {all.Descendants("member").Count()} of {members.Length} members are public");

static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

static string IdOf(MethodBase method)
{
    string name = method.Name.Replace('.', '#');
    string generic = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
    string result = method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } operation
        ? $"~{NameOf(operation.ReturnType)}"
        : "";
    return $"{NameOf(method.DeclaringType!)}.{name}{generic}{Parameters(method.GetParameters())}{result}";
}

static string Parameters(ParameterInfo[] parameters) => parameters.Length == 0
    ? ""
    : $"({string.Join(',', parameters.Select(parameter => NameOf(parameter.ParameterType)))})";

// As the compiler names a type in the documentation.
static string NameOf(Type type)
{
    if (type.IsByRef) return NameOf(type.GetElementType()!) + "@";
    if (type.IsPointer) return NameOf(type.GetElementType()!) + "*";
    if (type.IsArray) return NameOf(type.GetElementType()!) + "[]";
    if (type.IsGenericParameter) return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
    string name = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');
    return type is { IsGenericType: true, IsGenericTypeDefinition: false }
        ? $"{name[..name.IndexOf('`')]}{{{string.Join(',', type.GetGenericArguments().Select(NameOf))}}}"
        : name;
}
